import {
  type Field,
  type FieldKind,
  type FormGroup,
  fields,
  type ItemField,
  toChoiceLabel,
  toLabel,
} from '@passwright/shared'
import type { PlainInputField } from 'zapier-platform-core'

type FormField = Field | ItemField

/**
 * The type of the input field for each kind of field with a single value. Zapier would convert dates,
 * numbers and booleans itself, and make `n/a` now and `48,2` 48: they are texts, and shared reads them.
 */
const fieldTypes: Record<
  Exclude<FieldKind, 'object' | 'list'>,
  (field: FormField) => Partial<PlainInputField>
> = {
  text: () => ({ type: 'string' }),
  longText: () => ({ type: 'text' }),
  textOrNumber: () => ({ type: 'string' }),
  choice: ({ choices = [] }) => ({ type: 'string', choices: labelChoices(choices) }),
  choices: () => ({ type: 'string' }),
  color: () => ({ type: 'string' }),
  image: () => ({ type: 'string' }),
  instant: () => ({ type: 'string' }),
  integer: () => ({ type: 'string' }),
  number: () => ({ type: 'string' }),
  boolean: () => ({ type: 'string', choices: { true: 'Yes', false: 'No' } }),
  pairs: () => ({ dict: true }),
  json: () => ({ type: 'text' }),
}

function labelChoices(choices: readonly string[]): Record<string, string> {
  return Object.fromEntries(choices.map((choice) => [choice, toChoiceLabel(choice)]))
}

/** What to write, by kind of field. */
const kindHelp: Partial<Record<FieldKind, (field: FormField) => string>> = {
  instant: () => 'Write `2027-03-05`, or `2027-03-05T18:00` in the time zone of your account.',
  number: () => 'A number, such as `48.2` or `48,2`.',
  choices: ({ choices = [] }) => `Any of: ${choices.join(', ')}.`,
  json: ({ sample }) => `JSON, such as \`${JSON.stringify(sample)}\`.`,
}

/** Help texts that read differently here: dates are meant in the time zone of the account. */
const ownHelp: Record<string, string> = {
  expirationDate:
    'The last day on which the pass is valid, or a date with time; instead of a number of days.',
  externalId:
    'What you call the pass, such as a member number. If a pass has this ID already, the step updates it, and what you leave empty stays as it is.',
  email_when:
    'With Your Own ID, the email is sent only when the pass is new, unless you choose otherwise here.',
}

/** Choices that read better with a label than by their value. */
const ownChoices: Record<string, Record<string, string>> = {
  email_when: {
    created: 'Only When the Pass Is New',
    changed: 'When the Pass Is New or Changes',
    always: 'Every Time',
  },
}

const groupLabels: Record<FormGroup | 'template' | 'more', string> = {
  template: 'Template',
  basics: 'Basics',
  look: 'Look',
  images: 'Images',
  fields: 'Fields on the Pass',
  barcode: 'Barcode',
  whenAndWhere: 'When and Where',
  apple: 'For Apps and Readers',
  email: 'Email',
  reference: 'Your Own Data',
  more: 'All That a Pass Can Say',
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
  if (field.kind !== 'list') return [toInputField(field, key)]
  const [first, ...others] = items.map((item) => toInputField(item, toItemKey(key, item)))
  if (!first) return []
  // Zapier shows no help text for a list, so its first input has it.
  const withHelp = { ...first, helpText: `${label}: ${field.help} ${first.helpText}` }
  return [{ key, label, children: [withHelp, ...others] }]
}

function toInputField(field: FormField, key: string): PlainInputField {
  const { kind, label, help } = field
  if (kind === 'object' || kind === 'list') throw new Error(`"${key}" is not a single field.`)
  const helpTexts = [ownHelp[key] ?? ownHelp[field.key] ?? help, kindHelp[kind]?.(field)]
  return {
    key,
    label,
    helpText: quoteHtml(helpTexts.filter((text) => text !== undefined).join(' ')),
    ...buildPlaceholder(field),
    ...fieldTypes[kind](field),
    ...(ownChoices[key] && { choices: ownChoices[key] }),
  }
}

/** Puts tags into code spans: Zapier reads help texts as Markdown, and would show a link. */
function quoteHtml(text: string): string {
  return text.replace(/<[a-z].*>/i, '`$&`')
}

/** Returns the sample as a placeholder, for fields that the user types in. */
function buildPlaceholder({ sample, choices }: FormField): Partial<PlainInputField> {
  const isTyped = typeof sample === 'string' || typeof sample === 'number'
  return isTyped && !choices ? { placeholder: String(sample) } : {}
}

/** The key of an item in the flat form; keys in Zapier must be unique across it. */
export function toItemKey(key: string, item: Pick<ItemField, 'key'>): string {
  return `${key}_${item.key}`
}
