import type { INodeProperties } from 'n8n-workflow'
import type { MadePass } from '../../portable/client'
import type { Step } from '../operation'

const mimeType = 'application/vnd.apple.pkpass'

/** Where the file goes. */
export const outputField: INodeProperties = {
  displayName: 'Put Output File in Field',
  name: 'outputField',
  type: 'string',
  default: 'data',
  required: true,
  placeholder: 'e.g. data',
  hint: 'The name of the output field to put the .pkpass file in',
}

/** A file name of one's own. */
export const fileNameOption: INodeProperties = {
  displayName: 'File Name',
  name: 'fileName',
  type: 'string',
  default: '',
  placeholder: 'e.g. member-1042.pkpass',
  description: 'Made from the title when empty; phones need the ending .pkpass, which is added',
}

/** The file as n8n keeps files, under the name that the item wants. */
export async function fileOutput({ context, itemIndex }: Step, bytes: Buffer, fileName: string) {
  const field = context.getNodeParameter('outputField', itemIndex, 'data') as string
  const own = String(context.getNodeParameter('options.fileName', itemIndex, ''))
  const named = own === '' ? fileName : own.replace(/(\.pkpass)?$/i, '.pkpass')
  return { [field]: await context.helpers.prepareBinaryData(bytes, named, mimeType) }
}

/** A pass just made, as an item: what is told of it, and the file beside it. */
export async function madePass(step: Step, made: MadePass, fileName: string) {
  const { applePass, ...json } = made
  const bytes = Buffer.from(applePass, 'base64')
  return [{ json: { ...json, fileName }, binary: await fileOutput(step, bytes, fileName) }]
}
