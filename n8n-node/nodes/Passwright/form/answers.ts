import {
  type IDataObject,
  type IExecuteFunctions,
  NodeOperationError,
  tryToParseDateTime,
} from 'n8n-workflow'
import { type Answers, assemble } from '../portable/assemble'
import type { Field, Group, ItemField } from '../portable/field'
import { fields } from '../portable/fields'
import { inputFieldOf } from './passForm'

/** The groups that stand as collections in a form, and the fields on top of it. */
export interface Form {
  groups: readonly Group[]
  top: readonly string[]
}

/** Reads the form of one item as the request JSON that the service wants. */
export async function requestOf(
  context: IExecuteFunctions,
  itemIndex: number,
  { groups, top }: Form,
): Promise<Answers> {
  const given: Answers = {}
  for (const group of groups) {
    Object.assign(given, context.getNodeParameter(group, itemIndex, {}))
  }
  for (const key of top) given[key] = context.getNodeParameter(key, itemIndex, '')

  const answers: Answers = {}
  for (const field of fields) {
    answers[field.key] = await read(context, itemIndex, field, given)
  }
  // On top of a form the format is always chosen; without a value there is no barcode to have it.
  const hasNoBarcode = top.includes('barcodeFormat') && given.barcodeValue === ''
  if (hasNoBarcode) delete answers.barcodeFormat
  return { ...assemble(answers), ...moreJson(context, itemIndex) }
}

/** What experts add: keys of the request that the form does not ask for, or wants otherwise. */
function moreJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const given: unknown = context.getNodeParameter('options.moreJson', itemIndex, '')
  if (given === '' || given === undefined) return {}
  const parsed = typeof given === 'string' ? parse(given) : given
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as IDataObject
  }
  throw new NodeOperationError(context.getNode(), 'More JSON is not a JSON object', {
    itemIndex,
    description: 'Write an object with quoted keys, such as { "logoText": "Riverside" }.',
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function read(
  context: IExecuteFunctions,
  itemIndex: number,
  field: Field,
  given: Answers,
): Promise<unknown> {
  if (field.kind === 'object') {
    return Object.fromEntries((field.items ?? []).map(({ key }) => [key, given[key]]))
  }
  if (field.kind === 'image') {
    const inputField = given[inputFieldOf(field)]
    if (typeof inputField === 'string' && inputField !== '') {
      return imageOf(context, itemIndex, inputField, field)
    }
  }
  return plain(field, given[field.key], context.getTimezone())
}

/** Takes n8n's wrapping off a list, and gives a moment the offset that n8n's own dates lack. */
function plain(field: Field | ItemField, answer: unknown, timezone: string): unknown {
  if (field.kind === 'instant') return instantOf(answer, timezone)
  if (field.kind !== 'list' && field.kind !== 'pairs') return answer
  const entries = (answer as { entries?: Answers[] } | undefined)?.entries
  if (!Array.isArray(entries)) return answer
  const items = ('items' in field && field.items) || []
  return entries.map(({ more, ...entry }) => {
    const flat: Answers = { ...entry, ...(more as Answers | undefined) }
    for (const item of items) flat[item.key] = plain(item, flat[item.key], timezone)
    return flat
  })
}

/** An offset that is there stays; a moment without one is meant in the workflow's time zone. What is no moment is the service's to name. */
function instantOf(answer: unknown, timezone: string): unknown {
  if (answer === '' || answer === undefined || answer === null) return answer
  if (typeof answer === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(answer)) return answer
  try {
    return tryToParseDateTime(answer, timezone).toISO({ suppressMilliseconds: true })
  } catch {
    return answer
  }
}

/** The image of an earlier step, as the data URI that the service takes. */
async function imageOf(
  context: IExecuteFunctions,
  itemIndex: number,
  inputField: string,
  field: Field,
): Promise<string> {
  const { mimeType } = context.helpers.assertBinaryData(itemIndex, inputField)
  if (!mimeType.startsWith('image/')) {
    throw new NodeOperationError(
      context.getNode(),
      `${field.label} (Input Field): "${inputField}" holds ${mimeType} and not an image`,
      { itemIndex, description: 'Name a field with a PNG, JPEG or WebP image.' },
    )
  }
  const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, inputField)
  return `data:${mimeType};base64,${bytes.toString('base64')}`
}
