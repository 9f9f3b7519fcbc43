import type { IDataObject, INodeProperties } from 'n8n-workflow'
import { readText } from '../../form/readText'
import {
  getOtherFiles,
  type OperationContext,
  type OperationOutput,
  passMimeType,
} from '../operation'

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
    'The name of the file. If empty, it is built from the title. The extension .pkpass, which phones need, is added if it is missing. Files with the same name get a number.',
}

/** Builds an output item with the file of a pass; its JSON has the name of the file. */
export async function toFileOutput(
  operation: OperationContext,
  json: object,
  file: { bytes: Buffer; fileName: string },
): Promise<OperationOutput> {
  const { context, itemIndex } = operation
  const field = readText(context, 'outputField', itemIndex) ?? outputField.default
  const fileName = readFileName(operation) ?? file.fileName
  const data = await context.helpers.prepareBinaryData(file.bytes, fileName, passMimeType)
  return [
    {
      json: { ...json, fileName } as IDataObject,
      binary: { ...getOtherFiles(operation), [String(field)]: data },
    },
  ]
}

/** Reads the option "File Name": without folders, and with the extension that phones need. */
function readFileName({ context, itemIndex }: OperationContext): string | undefined {
  const fileName = readText(context, 'options.fileName', itemIndex)
  return fileName?.replace(/[/\\]/g, '-').replace(/(\.pkpass)?$/i, '.pkpass')
}
