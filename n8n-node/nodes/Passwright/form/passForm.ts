import type { INodeProperties } from 'n8n-workflow'
import type { Field, FormGroup } from '../portable/field'
import { fields } from '../portable/fields'
import { isConfigurable, toProperty } from './fieldTypes'

/** The collections of the form, in the order in which it shows them. */
const collections: Partial<
  Record<FormGroup, Pick<INodeProperties, 'displayName' | 'placeholder'>>
> = {
  basics: { displayName: 'Title and Text', placeholder: 'Add Title or Text' },
  barcode: { displayName: 'Barcode', placeholder: 'Add Barcode Setting' },
  look: { displayName: 'Look', placeholder: 'Add Color, Logo or Text' },
  fields: { displayName: 'Fields', placeholder: 'Add Fields' },
  whenAndWhere: { displayName: 'When and Where', placeholder: 'Add Date or Location' },
  apple: { displayName: 'For Apps and Readers', placeholder: 'Add Option' },
  email: { displayName: 'Email', placeholder: 'Add Email Setting' },
  reference: { displayName: 'Reference', placeholder: 'Add ID or Metadata' },
}

/** The name of the parameter that takes the image from an input field instead of a URL. */
export function toInputFieldName(field: Pick<Field, 'key'>): string {
  return `${field.key}InputField`
}

/** Builds the parameters for these fields at the top level of a form. */
export function buildTopLevel(
  keys: readonly string[],
  required: readonly string[] = [],
): INodeProperties[] {
  return keys.map((key) => ({
    ...toProperty(getField(key)),
    ...(required.includes(key) ? { required: true } : {}),
  }))
}

/** Builds one collection for each group, without the `excluded` keys that are at the top level. */
export function buildCollections(
  groups: readonly FormGroup[],
  excluded: readonly string[] = [],
): INodeProperties[] {
  return groups.flatMap((group) => {
    const collection = collections[group]
    const listed = listFields(group).filter(({ key }) => !excluded.includes(key))
    if (collection === undefined || listed.length === 0) return []
    return [
      {
        ...collection,
        name: group,
        type: 'collection' as const,
        default: {},
        options: listed.flatMap(toProperties),
      },
    ]
  })
}

function listFields(group: FormGroup): Field[] {
  return fields.filter((field) => field.group === group).filter(isConfigurable)
}

function toProperties(field: Field): INodeProperties[] {
  if (field.kind === 'object') return (field.items ?? []).map(toProperty)
  if (field.kind !== 'image') return [toProperty(field)]
  return [
    { ...toProperty(field), displayName: `${field.label} (URL)` },
    {
      displayName: `${field.label} (Input Field)`,
      name: toInputFieldName(field),
      type: 'string',
      default: 'data',
      placeholder: 'e.g. data',
      description:
        'The name of the input field that contains the image file: PNG, JPEG or WebP, such as one downloaded by an earlier node',
    },
  ]
}

function getField(key: string): Field {
  const field = fields.find((each) => each.key === key)
  if (field === undefined) throw new Error(`There is no field "${key}".`)
  return field
}
