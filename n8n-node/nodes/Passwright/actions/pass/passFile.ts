import type { INodeProperties } from 'n8n-workflow'
import type { MadePass } from '../../portable/client'
import type { OperationContext } from '../operation'

const mimeType = 'application/vnd.apple.pkpass'

/** The binary field of the output item that gets the file. */
export const outputField: INodeProperties = {
  displayName: 'Put Output File in Field',
  name: 'outputField',
  type: 'string',
  default: 'data',
  required: true,
  placeholder: 'e.g. data',
  hint: 'The name of the output field to put the .pkpass file in',
}

/** A file name to use instead of the one built from the title. */
export const fileNameOption: INodeProperties = {
  displayName: 'File Name',
  name: 'fileName',
  type: 'string',
  default: '',
  placeholder: 'e.g. member-1042.pkpass',
  description:
    'The name of the file. If empty, it is built from the title. The extension .pkpass, which phones need, is added if it is missing.',
}

/** Stores the file as binary data under the field and the file name that the item asks for. */
export async function storeFile(
  { context, itemIndex }: OperationContext,
  bytes: Buffer,
  defaultFileName: string,
) {
  const field = context.getNodeParameter('outputField', itemIndex, 'data') as string
  const ownFileName = String(context.getNodeParameter('options.fileName', itemIndex, ''))
  const fileName =
    ownFileName === '' ? defaultFileName : ownFileName.replace(/(\.pkpass)?$/i, '.pkpass')
  return { [field]: await context.helpers.prepareBinaryData(bytes, fileName, mimeType) }
}

/** Builds the output item of a pass that was created: its JSON, and its file as binary data. */
export async function toFileOutput(operation: OperationContext, pass: MadePass, fileName: string) {
  const { applePass, ...json } = pass
  const bytes = Buffer.from(applePass, 'base64')
  return [{ json: { ...json, fileName }, binary: await storeFile(operation, bytes, fileName) }]
}
