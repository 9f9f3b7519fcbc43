import { type IDataObject, type IExecuteFunctions, NodeOperationError } from 'n8n-workflow'
import type { Field, FormGroup } from '../portable/fields/field'
import { fields } from '../portable/fields/fields'
import {
  type AssembleOptions,
  assemble,
  type FormValues,
  isObject,
} from '../portable/forms/assemble'
import { isEmpty } from '../portable/forms/blanks'
import { isFromColumns, readColumns } from './columns'
import { columnGroups, isDesign, toInputFieldName } from './passForm'
import { toText } from './readText'

/** The parts of a form: the groups shown as collections, and the keys of the fields at its top level. */
export interface Form {
  groups: readonly FormGroup[]
  topLevel: readonly string[]
  /** Which pass the form is for: a new one unless it says otherwise. */
  pass?: AssembleOptions['pass']
  /** Whether columns of the input may fill in the form, instead of the fields at its top level. */
  takesColumns?: true
}

/** Reads the form values of one item and builds the JSON body of the request. */
export async function buildRequest(
  context: IExecuteFunctions,
  itemIndex: number,
  form: Form,
): Promise<FormValues> {
  const { groups, topLevel, pass = 'new', takesColumns = false } = form
  const hasColumns = takesColumns && isFromColumns(context, itemIndex)
  const parameters: FormValues = {}
  for (const group of hasColumns ? [...groups, ...columnGroups] : groups) {
    Object.assign(parameters, context.getNodeParameter(group, itemIndex, {}))
  }
  for (const key of hasColumns ? topLevel.filter(isDesign) : topLevel) {
    parameters[key] = context.getNodeParameter(key, itemIndex, '')
  }

  const columns = hasColumns ? readColumns(context, itemIndex) : {}
  const values: FormValues = {}
  for (const field of fields) {
    const column = columns[field.key]
    values[field.key] = isEmpty(column)
      ? await readField(context, itemIndex, field, parameters)
      : column
  }
  const timeZone = context.getTimezone()
  return { ...assemble(values, { timeZone, pass }), ...readMoreJson(context, itemIndex) }
}

function readMoreJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const sample = '{ "logoText": "Riverside" }'
  return readJsonObject(context, itemIndex, {
    name: 'options.moreJson',
    label: 'More JSON',
    sample,
  })
}

/** Reads a parameter that holds a JSON object, as text or from an expression; throws if it is another value. */
export function readJsonObject(
  context: IExecuteFunctions,
  itemIndex: number,
  { name, label, sample }: { name: string; label: string; sample: string },
): IDataObject {
  const value: unknown = context.getNodeParameter(name, itemIndex, '')
  if (isEmpty(value)) return {}
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (isObject(parsed)) return parsed as IDataObject
  throw new NodeOperationError(context.getNode(), `${label} is not a JSON object`, {
    itemIndex,
    description: `Enter an object with quoted keys, such as ${sample}.`,
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
    const inputField = toText(parameters[toInputFieldName(field)])
    if (inputField !== undefined) {
      const label = `${field.label} (Input Field)`
      return readImage(context, itemIndex, inputField, label)
    }
  }
  const value = parameters[field.key]
  // JSON of a user's own may have a key "entries" too.
  return field.kind === 'json' ? value : readEntries(value)
}

/** Unwraps the entries of a fixed collection, and in each of them the values under "More". */
export function readEntries(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value.entries)) return value
  return value.entries.map((entry: unknown) => {
    if (!isObject(entry)) return entry
    const { more, ...visible } = entry
    return isObject(more) ? { ...visible, ...more } : visible
  })
}

/** Reads an image from a binary field of the item, as a data URI. */
export async function readImage(
  context: IExecuteFunctions,
  itemIndex: number,
  inputField: string,
  label: string,
): Promise<string> {
  const { mimeType } = context.helpers.assertBinaryData(itemIndex, inputField)
  if (!mimeType.startsWith('image/')) {
    throw new NodeOperationError(
      context.getNode(),
      `${label}: "${inputField}" contains ${mimeType}, not an image`,
      { itemIndex, description: 'Enter the name of a field with a PNG, JPEG or WebP image.' },
    )
  }
  const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, inputField)
  return `data:${mimeType};base64,${bytes.toString('base64')}`
}
