import {
  type IDataObject,
  type IExecuteFunctions,
  NodeOperationError,
  tryToParseDateTime,
} from 'n8n-workflow'
import { assemble, type FormValues } from '../portable/assemble'
import type { Field, FormGroup, ItemField } from '../portable/field'
import { fields } from '../portable/fields'
import { toInputFieldName } from './passForm'

/** The parts of a form: the groups shown as collections, and the keys of the fields at its top level. */
export interface Form {
  groups: readonly FormGroup[]
  topLevel: readonly string[]
}

/** Reads the form values of one item and builds the JSON body of the request. */
export async function buildRequest(
  context: IExecuteFunctions,
  itemIndex: number,
  { groups, topLevel }: Form,
): Promise<FormValues> {
  const parameters: FormValues = {}
  for (const group of groups) {
    Object.assign(parameters, context.getNodeParameter(group, itemIndex, {}))
  }
  for (const key of topLevel) parameters[key] = context.getNodeParameter(key, itemIndex, '')

  const values: FormValues = {}
  for (const field of fields) {
    values[field.key] = await readField(context, itemIndex, field, parameters)
  }
  // At the top level the format always has a value: it is left out when there is no barcode.
  const hasNoBarcode = topLevel.includes('barcodeFormat') && parameters.barcodeValue === ''
  if (hasNoBarcode) delete values.barcodeFormat
  return { ...assemble(values), ...readMoreJson(context, itemIndex) }
}

/** Reads the option "More JSON"; throws if it is not a JSON object. */
function readMoreJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const value: unknown = context.getNodeParameter('options.moreJson', itemIndex, '')
  if (value === '' || value === undefined) return {}
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as IDataObject
  }
  throw new NodeOperationError(context.getNode(), 'More JSON is not a JSON object', {
    itemIndex,
    description: 'Enter an object with quoted keys, such as { "logoText": "Riverside" }.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readField(
  context: IExecuteFunctions,
  itemIndex: number,
  field: Field,
  parameters: FormValues,
): Promise<unknown> {
  if (field.kind === 'object') {
    return Object.fromEntries((field.items ?? []).map(({ key }) => [key, parameters[key]]))
  }
  if (field.kind === 'image') {
    const inputField = parameters[toInputFieldName(field)]
    if (typeof inputField === 'string' && inputField !== '') {
      return readImage(context, itemIndex, inputField, field)
    }
  }
  return normalizeValue(field, parameters[field.key], context.getTimezone())
}

/** Unwraps the entries of a fixed collection, and adds the UTC offset that n8n's date picker leaves out. */
function normalizeValue(field: Field | ItemField, value: unknown, timezone: string): unknown {
  if (field.kind === 'instant') return addTimezone(value, timezone)
  if (field.kind !== 'list' && field.kind !== 'pairs') return value
  const entries = (value as { entries?: FormValues[] } | undefined)?.entries
  if (!Array.isArray(entries)) return value
  const items = ('items' in field && field.items) || []
  return entries.map(({ more, ...entry }) => {
    const flat: FormValues = { ...entry, ...(more as FormValues | undefined) }
    for (const item of items) flat[item.key] = normalizeValue(item, flat[item.key], timezone)
    return flat
  })
}

/**
 * Reads a date without an offset in the time zone of the workflow. What is not a date is passed on,
 * so that the service can report it with its field.
 */
function addTimezone(value: unknown, timezone: string): unknown {
  if (value === '' || value === undefined || value === null) return value
  if (typeof value === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(value)) return value
  try {
    return tryToParseDateTime(value, timezone).toISO({ suppressMilliseconds: true })
  } catch {
    return value
  }
}

/** Reads an image from a binary field of the item, as a data URI. */
async function readImage(
  context: IExecuteFunctions,
  itemIndex: number,
  inputField: string,
  field: Field,
): Promise<string> {
  const { mimeType } = context.helpers.assertBinaryData(itemIndex, inputField)
  if (!mimeType.startsWith('image/')) {
    throw new NodeOperationError(
      context.getNode(),
      `${field.label} (Input Field): "${inputField}" contains ${mimeType}, not an image`,
      { itemIndex, description: 'Enter the name of a field with a PNG, JPEG or WebP image.' },
    )
  }
  const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, inputField)
  return `data:${mimeType};base64,${bytes.toString('base64')}`
}
