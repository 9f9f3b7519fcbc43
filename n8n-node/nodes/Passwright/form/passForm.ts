import type { INodeProperties } from 'n8n-workflow'
import type { Field, Group } from '../portable/field'
import { fields } from '../portable/fields'
import { isWorthAsking, propertyOf } from './kinds'

/** The groups in which a person thinks of a pass, in the order of the form. */
const groups: Partial<Record<Group, Pick<INodeProperties, 'displayName' | 'placeholder'>>> = {
  basics: { displayName: 'Title and Text', placeholder: 'Add Title or Text' },
  barcode: { displayName: 'Barcode', placeholder: 'Add to the Barcode' },
  look: { displayName: 'Look', placeholder: 'Add Color, Logo or Words' },
  fields: { displayName: 'Fields', placeholder: 'Add Labelled Texts' },
  whenAndWhere: { displayName: 'When and Where', placeholder: 'Add Date or Place' },
  email: { displayName: 'Email', placeholder: 'Add to the Mail' },
  reference: { displayName: 'Reference', placeholder: 'Add ID or Note of Your Own' },
}

/** An image can also come from an earlier step: the parameter beside the one for its address. */
export function inputFieldOf(field: Pick<Field, 'key'>): string {
  return `${field.key}InputField`
}

/** These fields at the top level, with what the operation says of them. */
export function onTop(
  keys: readonly string[],
  required: readonly string[] = [],
): INodeProperties[] {
  return keys.map((key) => ({
    ...propertyOf(named(key)),
    ...(required.includes(key) ? { required: true } : {}),
  }))
}

/** The rest of the form: one collection per group, without the fields that stand on top. */
export function collections(
  names: readonly Group[],
  without: readonly string[] = [],
): INodeProperties[] {
  return names.flatMap((group) => {
    const words = groups[group]
    const asked = fieldsOf(group).filter(({ key }) => !without.includes(key))
    if (words === undefined || asked.length === 0) return []
    return [
      {
        ...words,
        name: group,
        type: 'collection' as const,
        default: {},
        options: asked.flatMap(propertiesOf),
      },
    ]
  })
}

/** The fields that can be emptied: by name and label, as choices. */
export function removable(): { name: string; value: string }[] {
  return fields
    .filter(({ group }) => group !== 'email')
    .filter(isWorthAsking)
    .map(({ label, path }) => ({ name: label, value: path }))
    .sort((one, other) => one.name.localeCompare(other.name))
}

function fieldsOf(group: Group): Field[] {
  return fields.filter((field) => field.group === group).filter(isWorthAsking)
}

function propertiesOf(field: Field): INodeProperties[] {
  if (field.kind === 'object') return (field.items ?? []).map(propertyOf)
  if (field.kind !== 'image') return [propertyOf(field)]
  return [
    { ...propertyOf(field), displayName: `${field.label} (URL)` },
    {
      displayName: `${field.label} (Input Field)`,
      name: inputFieldOf(field),
      type: 'string',
      default: 'data',
      placeholder: 'e.g. data',
      description:
        'The field of the incoming item that holds the image as a file, such as one that an earlier step downloaded: PNG, JPEG or WebP',
    },
  ]
}

function named(key: string): Field {
  const field = fields.find((each) => each.key === key)
  if (field === undefined) throw new Error(`There is no field "${key}".`)
  return field
}
