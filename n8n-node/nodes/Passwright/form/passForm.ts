import type { INodeProperties } from 'n8n-workflow'
import type { Field, FormGroup } from '../portable/fields/field'
import { fields } from '../portable/fields/fields'
import { buildColumnProperties, type ColumnsMethod } from './columns'
import { isConfigurable, toProperty } from './fieldTypes'

/** The collections of the form, in the order in which it shows them. */
const collections: Partial<
  Record<FormGroup, Pick<INodeProperties, 'displayName' | 'placeholder'>>
> = {
  basics: { displayName: 'Title and Text', placeholder: 'Add Title or Text' },
  barcode: { displayName: 'Barcode', placeholder: 'Add Barcode Setting' },
  look: { displayName: 'Look', placeholder: 'Add Color or Text' },
  images: { displayName: 'Images', placeholder: 'Add Image' },
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

/** Builds the parameters for these fields at the top level of a form. If the style is one of them, it decides which of the others are shown. */
export function buildTopLevel(
  keys: readonly string[],
  required: readonly string[] = [],
): INodeProperties[] {
  return keys.map(getField).map((field) => ({
    ...toProperty(field),
    ...(required.includes(field.key) ? { required: true } : {}),
    ...(keys.includes(styleKey) ? showForStyles(field, styleKey, []) : {}),
  }))
}

/** Builds one collection for each group, without the `excluded` keys that are at the top level. If the style is one of them, it decides what is shown. */
export function buildCollections(
  groups: readonly FormGroup[],
  excluded: readonly string[] = [],
): INodeProperties[] {
  const isByStyle = excluded.includes(styleKey)
  return groups.flatMap((group) => {
    const collection = collections[group]
    const listed = listFields(group).filter(({ key }) => !excluded.includes(key))
    if (collection === undefined || listed.length === 0) return []
    const options = listed.flatMap((field) =>
      toProperties(field).map((property) => ({
        ...property,
        ...(isByStyle ? showForStyles(field, `/${styleKey}`, ['']) : {}),
      })),
    )
    return [{ ...collection, name: group, type: 'collection' as const, default: {}, options }]
  })
}

const styleKey = 'style'

/** Shows a field only for the styles that have it, and for these further values of the parameter, such as none. */
function showForStyles(
  { styles }: Field,
  styleParameter: string,
  further: readonly string[],
): Pick<INodeProperties, 'displayOptions'> {
  return styles === undefined
    ? {}
    : { displayOptions: { show: { [styleParameter]: [...styles, ...further] } } }
}

/** The collections that stand in place of the fields at the top level if columns of the input fill in the form. */
export const columnGroups: readonly FormGroup[] = ['basics', 'barcode']

/** Whether a field is part of the design, which is the same for all rows: the style, and what only some styles have. */
export function isDesign(key: string): boolean {
  return key === styleKey || getField(key).styles !== undefined
}

/** Builds a form whose values come from fields at its top level, or from columns of the input and, for all rows, from collections. */
export function buildFormWithColumns(
  keys: readonly string[],
  required: readonly string[],
  method: ColumnsMethod,
): INodeProperties[] {
  const topLevel = buildTopLevel(keys, required)
  return [
    ...buildColumnProperties(method),
    ...topLevel.filter(({ name }) => isDesign(name)),
    ...showWhen(
      'source',
      'form',
      topLevel.filter(({ name }) => !isDesign(name)),
    ),
    ...showWhen('source', 'columns', buildCollections(columnGroups)),
  ]
}

/** Shows these parameters only while another one has this value. */
export function showWhen(
  name: string,
  value: string,
  properties: INodeProperties[],
): INodeProperties[] {
  return properties.map((property) => ({
    ...property,
    displayOptions: { show: { ...property.displayOptions?.show, [name]: [value] } },
  }))
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
