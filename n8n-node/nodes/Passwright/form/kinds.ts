import type { INodeProperties } from 'n8n-workflow'
import type { Field, ItemField, Kind } from '../portable/field'

type Asked = Field | ItemField
type Shape = Pick<INodeProperties, 'type' | 'default'> & Partial<INodeProperties>

/** How n8n asks for each kind. A kind that is not here is asked for as text. */
const shapes: Partial<Record<Kind, (field: Asked) => Shape>> = {
  longText: () => ({ type: 'string', default: '', typeOptions: { rows: 4 } }),
  choice: (field) => ({ type: 'options', default: choicesOf(field)[0], options: options(field) }),
  choices: (field) => ({ type: 'multiOptions', default: [], options: options(field) }),
  color: () => ({ type: 'color', default: '' }),
  integer: (field) => ({
    type: 'number',
    default: Number(field.sample),
    typeOptions: { numberPrecision: 0 },
  }),
  number: (field) => ({
    type: 'number',
    default: Number(field.sample),
    typeOptions: { numberPrecision: 8 },
  }),
  boolean: (field) => ({ type: 'boolean', default: field.sample === true }),
  instant: () => ({ type: 'dateTime', default: '' }),
  list: (field) => many(`Add ${singular(field.label)}`, entry(field)),
  pairs: () =>
    many('Add Pair', [
      { displayName: 'Name', name: 'key', type: 'string', default: '' },
      { displayName: 'Value', name: 'value', type: 'string', default: '' },
    ]),
}

/** What an entry of a list shows at once; the rest waits under "More". Label and value where nothing is said here. */
const shownAtOnce: Record<string, readonly string[]> = {
  locations: ['latitude', 'longitude', 'relevantText'],
  relevantDates: ['date', 'startDate', 'endDate'],
}

/** Names of choices that are no words. */
const choiceNames: Record<string, string> = {
  QR: 'QR Code',
  Code128: 'Code 128',
  en: 'English',
  de: 'German',
}

/** The field as n8n shows it. */
export function propertyOf(field: Asked): INodeProperties {
  const shape = shapes[field.kind]?.(field) ?? { type: 'string' as const, default: '' }
  const isTyped = shape.type === 'string' || shape.type === 'dateTime'
  return {
    displayName: field.label,
    name: field.key,
    ...shape,
    ...(isTyped ? { placeholder: `e.g. ${field.sample}` } : {}),
    description: field.help,
  }
}

/** Whether there is anything to choose: a field with one choice waits until there are more. */
export function isWorthAsking(field: Asked): boolean {
  return field.choices === undefined || field.choices.length > 1
}

function many(placeholder: string, values: INodeProperties[]): Shape {
  return {
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    placeholder,
    default: {},
    options: [{ displayName: 'Entries', name: 'entries', values }],
  }
}

function entry(field: Asked): INodeProperties[] {
  const items = ('items' in field && field.items) || []
  const shown = shownAtOnce[field.key] ?? ['label', 'value']
  const first = items.filter(({ key }) => shown.includes(key))
  const rest = items.filter(({ key }) => !shown.includes(key))
  const more: INodeProperties = {
    displayName: 'More',
    name: 'more',
    type: 'collection',
    placeholder: 'Add Setting',
    default: {},
    options: rest.map(propertyOf),
  }
  return [...first.map(propertyOf), ...(rest.length > 0 ? [more] : [])]
}

function options(field: Asked) {
  return choicesOf(field).map((value) => ({
    name: choiceNames[value] ?? titleCase(value),
    value,
  }))
}

function choicesOf(field: Asked): readonly string[] {
  return field.choices ?? []
}

/** `eventTicket` is shown as "Event Ticket". */
function titleCase(value: string): string {
  const words = value.replace(/([a-z])([A-Z])/g, '$1 $2')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function singular(label: string): string {
  return label.replace(/s$/, '')
}
