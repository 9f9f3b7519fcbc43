import type { INodeProperties } from 'n8n-workflow'
import type { Field, FieldKind, ItemField } from '../portable/fields/field'
import { toChoiceLabel } from '../portable/forms/choices'

type FormField = Field | ItemField
type PropertyType = Pick<INodeProperties, 'type' | 'default'> & Partial<INodeProperties>

/** The n8n parameter type for each kind of field. A kind that is not listed is a string. */
const propertyTypes: Partial<Record<FieldKind, (field: FormField) => PropertyType>> = {
  longText: () => ({ type: 'string', default: '', typeOptions: { rows: 4 } }),
  choice: (field) => ({
    type: 'options',
    default: field.choices?.find((choice) => choice === field.sample) ?? field.choices?.[0],
    options: buildOptions(field),
  }),
  choices: (field) => ({ type: 'multiOptions', default: [], options: buildOptions(field) }),
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
  json: () => ({ type: 'json', default: '' }),
  list: (field) =>
    buildCollectionType(`Add ${toSingular(field.label)}`, buildEntryProperties(field)),
  pairs: () =>
    buildCollectionType('Add Pair', [
      { displayName: 'Name', name: 'key', type: 'string', default: '' },
      { displayName: 'Value', name: 'value', type: 'string', default: '' },
    ]),
}

/** The items of a list entry that are always visible; the others are under "More". */
const visibleItems: Record<string, readonly string[]> = {
  locations: ['latitude', 'longitude', 'relevantText'],
  relevantDates: ['date', 'startDate', 'endDate'],
  beacons: ['proximityUUID', 'major', 'minor', 'relevantText'],
}
const defaultVisibleItems = ['label', 'value']

/** Labels of choices that read better as a sentence. */
const choiceLabels: Record<string, string> = {
  created: 'Only When the Pass Is New',
  changed: 'When the Pass Is New or Changed',
  always: 'Every Time',
}

/** Descriptions of fields that work differently in n8n. */
const descriptions: Record<string, string> = {
  expirationDate:
    'The last day or moment at which the pass is valid, in the time zone of the workflow; instead of a number of days',
  when: 'When the email is sent if the pass exists already. Create or Update sends it only when the pass is new, unless you choose otherwise.',
}

/** Describes a field of a pass as an n8n parameter. */
export function toProperty(field: FormField): INodeProperties {
  const propertyType = propertyTypes[field.kind]?.(field) ?? {
    type: 'string' as const,
    default: '',
  }
  const isTyped = propertyType.type === 'string' || propertyType.type === 'dateTime'
  return {
    displayName: field.label,
    name: field.key,
    ...propertyType,
    ...(isTyped ? { placeholder: `e.g. ${field.sample}` } : {}),
    description: describe(field),
  }
}

function describe({ key, kind, help, sample }: FormField): string {
  const description = descriptions[key] ?? help
  return kind === 'json' ? `${description} For example: ${JSON.stringify(sample)}.` : description
}

/** Whether the form should show the field: one with a single choice has nothing to choose. */
export function isConfigurable(field: FormField): boolean {
  return field.choices === undefined || field.choices.length > 1
}

function buildCollectionType(placeholder: string, values: INodeProperties[]): PropertyType {
  return {
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    placeholder,
    default: {},
    options: [{ displayName: 'Entries', name: 'entries', values }],
  }
}

function buildEntryProperties(field: FormField): INodeProperties[] {
  const items = ('items' in field && field.items) || []
  const visible = visibleItems[field.key] ?? defaultVisibleItems
  const hidden = items.filter(({ key }) => !visible.includes(key))
  const more: INodeProperties = {
    displayName: 'More',
    name: 'more',
    type: 'collection',
    placeholder: 'Add Setting',
    default: {},
    options: hidden.map(toProperty),
  }
  return [
    ...items.filter(({ key }) => visible.includes(key)).map(toProperty),
    ...(hidden.length > 0 ? [more] : []),
  ]
}

function buildOptions({ choices = [] }: FormField) {
  return choices.map((value) => ({ name: choiceLabels[value] ?? toChoiceLabel(value), value }))
}

function toSingular(label: string): string {
  return label.replace(/s$/, '')
}
