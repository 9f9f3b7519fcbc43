import {
  type Answers,
  type Field,
  fields,
  type Group,
  type ItemField,
  type Kind,
  labelAt,
} from '@passwright/shared'
import type { PlainInputField } from 'zapier-platform-core'

type Asked = Field | ItemField

/** How Zapier asks for a field of each kind that is one answer. */
const asking: Record<
  Exclude<Kind, 'object' | 'list'>,
  (field: Asked) => Partial<PlainInputField>
> = {
  text: () => ({ type: 'string' }),
  longText: () => ({ type: 'text' }),
  textOrNumber: () => ({ type: 'string' }),
  choice: ({ choices = [] }) => ({ type: 'string', choices: [...choices] }),
  choices: () => ({ type: 'string' }),
  color: () => ({ type: 'string' }),
  image: () => ({ type: 'string' }),
  instant: () => ({ type: 'datetime' }),
  integer: () => ({ type: 'integer' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  pairs: () => ({ dict: true }),
}

/** The headings of the form. */
const groupLabels: Record<Group, string> = {
  basics: 'Basics',
  look: 'Look',
  fields: 'More Fields',
  barcode: 'Barcode',
  whenAndWhere: 'When and Where',
  email: 'Email',
  reference: 'Your Own Data',
}

/** The groups of a form, for `inputFieldGroups`. */
export const inputFieldGroups = Object.entries(groupLabels).map(([key, label]) => ({ key, label }))

/** What a form asks of a pass; `required` and `without` name fields by their key. */
export function passFields({
  required = [],
  without = [],
}: {
  required?: string[]
  without?: string[]
} = {}): PlainInputField[] {
  const asked = fields.filter(({ key }) => !without.includes(key))
  const first = asked.filter(({ key }) => required.includes(key))
  return [...first, ...asked.filter(({ key }) => !required.includes(key))].flatMap((field) =>
    asFields(field).map((each) => ({
      ...each,
      group: field.group,
      ...(required.includes(field.key) && { required: true }),
    })),
  )
}

/** One field of the shared table, as Zapier asks for it. */
export function passField(key: string): PlainInputField {
  const field = fields.find((each) => each.key === key)
  if (!field) throw new Error(`fields.ts has no row for ${key}`)
  return { ...asField(field, key), group: field.group }
}

/** The fields of an object of the shared table, such as those of a mail. */
export function objectFields(key: string, required: string[] = []): PlainInputField[] {
  return itemsOf(key).map((item) => ({
    ...asField(item, item.key),
    ...(required.includes(item.key) && { required: true }),
  }))
}

/** Zapier groups nothing but line items, and wants every key of a form to be another. */
function asFields(field: Field): PlainInputField[] {
  const { key, label, items = [] } = field
  if (field.kind === 'object') {
    return items.map((item) => ({
      ...asField(item, keyOf(key, item)),
      label: labelAt(`${field.path}.${item.path}`),
    }))
  }
  return field.kind === 'list'
    ? [{ key, label, children: items.map((item) => asField(item, keyOf(key, item))) }]
    : [asField(field, key)]
}

function asField(field: Asked, key: string): PlainInputField {
  const { kind, label, help, choices = [] } = field
  if (kind === 'object' || kind === 'list') throw new Error(`${key} holds fields, and is none`)
  const oneOf = kind === 'choices' ? ` Any of: ${choices.join(', ')}.` : ''
  return {
    key,
    label,
    helpText: `${help}${oneOf}`,
    ...placeholderOf(field),
    ...asking[kind](field),
  }
}

/** Shows the sample where something is typed in. */
function placeholderOf({ sample, choices }: Asked): Partial<PlainInputField> {
  const isTyped = typeof sample === 'string' || typeof sample === 'number'
  return isTyped && !choices ? { placeholder: String(sample) } : {}
}

/** What Zapier was told, as `assemble` reads it: objects and lists put together again. */
export function answersOf(inputData: Answers): Answers {
  return Object.fromEntries(fields.map((field) => [field.key, answerOf(field, inputData)]))
}

function answerOf(field: Field, inputData: Answers): unknown {
  const { key, kind, items = [] } = field
  const given = inputData[key]
  const gather = (from: Answers) =>
    Object.fromEntries(items.map((item) => [item.key, itemAnswer(item, from[keyOf(key, item)])]))
  if (kind === 'object') return gather(inputData)
  return kind === 'list' && Array.isArray(given) ? given.map(gather).filter(isFilledIn) : given
}

/** Several choices arrive in a line item as one text with commas. */
function itemAnswer({ kind }: ItemField, answer: unknown): unknown {
  return kind === 'choices' && typeof answer === 'string' && answer !== ''
    ? answer.split(',').map((choice) => choice.trim())
    : answer
}

function isFilledIn(entry: Answers): boolean {
  return Object.values(entry).some((answer) => answer !== undefined && answer !== '')
}

function keyOf(key: string, item: ItemField): string {
  return `${key}_${item.key}`
}

function itemsOf(key: string): readonly ItemField[] {
  return fields.find((field) => field.key === key)?.items ?? []
}
