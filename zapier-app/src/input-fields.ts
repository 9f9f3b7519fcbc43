import {
  type Field,
  type FieldKind,
  type FormGroup,
  type FormValues,
  fields,
  type ItemField,
  toLabel,
} from '@passwright/shared'
import type { PlainInputField } from 'zapier-platform-core'

type FormField = Field | ItemField

/** The type of the input field for each kind of field with a single value. */
const fieldTypes: Record<
  Exclude<FieldKind, 'object' | 'list'>,
  (field: FormField) => Partial<PlainInputField>
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

const groupLabels: Record<FormGroup, string> = {
  basics: 'Basics',
  look: 'Look',
  fields: 'More Fields',
  barcode: 'Barcode',
  whenAndWhere: 'When and Where',
  email: 'Email',
  reference: 'Your Own Data',
}

/** The groups of the input fields, with their headings. */
export const inputFieldGroups = Object.entries(groupLabels).map(([key, label]) => ({ key, label }))

/** Builds the input fields for a pass. `required` and `excluded` are keys; required fields come first. */
export function buildPassFields({
  required = [],
  excluded = [],
}: {
  required?: string[]
  excluded?: string[]
} = {}): PlainInputField[] {
  const included = fields.filter(({ key }) => !excluded.includes(key))
  const requiredFields = included.filter(({ key }) => required.includes(key))
  const optionalFields = included.filter(({ key }) => !required.includes(key))
  return [...requiredFields, ...optionalFields].flatMap((field) =>
    toInputFields(field).map((each) => ({
      ...each,
      group: field.group,
      ...(required.includes(field.key) && { required: true }),
    })),
  )
}

/** Builds the input field for one field of a pass. */
export function buildPassField(key: string): PlainInputField {
  const field = fields.find((each) => each.key === key)
  if (!field) throw new Error(`There is no field "${key}" in fields.ts.`)
  return { ...toInputField(field, key), group: field.group }
}

/** Builds the input fields for the items of an object, such as those of the email. */
export function buildItemFields(
  items: readonly ItemField[],
  required: string[] = [],
): PlainInputField[] {
  return items.map((item) => ({
    ...toInputField(item, item.key),
    ...(required.includes(item.key) && { required: true }),
  }))
}

/** Converts a field; items get the key of the field as a prefix, since keys in Zapier must be unique across the form. */
function toInputFields(field: Field): PlainInputField[] {
  const { key, label, items = [] } = field
  if (field.kind === 'object') {
    return items.map((item) => ({
      ...toInputField(item, toItemKey(key, item)),
      label: toLabel(`${field.path}.${item.path}`),
    }))
  }
  return field.kind === 'list'
    ? [{ key, label, children: items.map((item) => toInputField(item, toItemKey(key, item))) }]
    : [toInputField(field, key)]
}

function toInputField(field: FormField, key: string): PlainInputField {
  const { kind, label, help, choices = [] } = field
  if (kind === 'object' || kind === 'list') throw new Error(`"${key}" is not a single field.`)
  const choicesHelp = kind === 'choices' ? ` Any of: ${choices.join(', ')}.` : ''
  return {
    key,
    label,
    helpText: `${help}${choicesHelp}`,
    ...buildPlaceholder(field),
    ...fieldTypes[kind](field),
  }
}

/** Returns the sample as a placeholder, for fields that the user types in. */
function buildPlaceholder({ sample, choices }: FormField): Partial<PlainInputField> {
  const isTyped = typeof sample === 'string' || typeof sample === 'number'
  return isTyped && !choices ? { placeholder: String(sample) } : {}
}

/** Converts the input data of a step to the form values that `assemble` takes: with nested objects and lists. */
export function toFormValues(inputData: FormValues): FormValues {
  return Object.fromEntries(fields.map((field) => [field.key, toFormValue(field, inputData)]))
}

function toFormValue(field: Field, inputData: FormValues): unknown {
  const { key, kind, items = [] } = field
  const value = inputData[key]
  const toObject = (entry: FormValues) =>
    Object.fromEntries(
      items.map((item) => [item.key, toItemValue(item, entry[toItemKey(key, item)])]),
    )
  if (kind === 'object') return toObject(inputData)
  return kind === 'list' && Array.isArray(value) ? value.map(toObject).filter(hasValues) : value
}

/** Splits multiple choices, which a line item has as one text with commas. */
function toItemValue({ kind }: ItemField, value: unknown): unknown {
  return kind === 'choices' && typeof value === 'string' && value !== ''
    ? value.split(',').map((choice) => choice.trim())
    : value
}

function hasValues(entry: FormValues): boolean {
  return Object.values(entry).some((value) => value !== undefined && value !== '')
}

function toItemKey(key: string, item: ItemField): string {
  return `${key}_${item.key}`
}
