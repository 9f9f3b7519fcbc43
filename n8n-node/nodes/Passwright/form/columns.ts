import { type IExecuteFunctions, type INodeProperties, NodeOperationError } from 'n8n-workflow'
import type { Field, FieldKind } from '../portable/fields/field'
import { fields } from '../portable/fields/fields'
import { isObject } from '../portable/forms/assemble'
import { listNames, matchColumns, toColumnField } from './columnNames'

/** A list or an object has more in it than a column can hold. */
const wholeKinds: readonly FieldKind[] = ['list', 'object', 'pairs', 'choices', 'json']

/** The fields of a pass that one column can fill in. The email is none of them: a column of that name in a sheet is no order to send. */
export const columnFields: readonly Field[] = fields.filter(
  ({ kind, group }) => !wholeKinds.includes(kind) && group !== 'email',
)

const columnNames = columnFields.map(toColumnField)

/** The method of the node that lists the fields which columns can fill in. */
export type ColumnsMethod = 'getColumns' | 'getColumnsWithOwnId'

/** Where the values of a form come from. */
const source: INodeProperties = {
  displayName: 'Fill In',
  name: 'source',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'In This Form', value: 'form' },
    {
      name: 'From Columns of the Input',
      value: 'columns',
      description: 'Such as the rows of a sheet, by the names of their columns',
    },
  ],
  default: 'form',
  description: 'Whether you map the fields one by one, or the columns of the input fill them in',
}

/** Builds the choice between the form and the columns, and the mapping of the columns; `method` lists the fields. */
export function buildColumnProperties(method: ColumnsMethod): INodeProperties[] {
  return [
    source,
    {
      displayName: 'Columns',
      name: 'columns',
      type: 'resourceMapper',
      noDataExpression: true,
      default: { mappingMode: 'autoMapInputData', value: null },
      displayOptions: { show: { source: ['columns'] } },
      typeOptions: {
        resourceMapper: {
          resourceMapperMethod: method,
          // The mode "upsert" asks for the column to match on, which is always your own ID.
          mode: 'add',
          fieldWords: { singular: 'field', plural: 'fields' },
          addAllFields: true,
          supportAutoMap: true,
          allowEmptyValues: true,
        },
      },
      description:
        'A column is found by the label of a field, its name in the API, or a usual word for it, such as ID, name or valid until. What a row leaves empty is taken from the form below.',
    },
  ]
}

/** Whether the columns of the input fill in the form. */
export function isFromColumns(
  context: Pick<IExecuteFunctions, 'getNodeParameter'>,
  itemIndex: number,
): boolean {
  return context.getNodeParameter('source', itemIndex, 'form') === 'columns'
}

/** Reads the columns of one item: its values by the key of the field that each of them fills in. */
export function readColumns(
  context: IExecuteFunctions,
  itemIndex: number,
): Record<string, unknown> {
  // Read as a whole: n8n would convert the values of the single fields.
  const mapping: unknown = context.getNodeParameter('columns', itemIndex, null)
  const { mappingMode, value } = isObject(mapping) ? mapping : {}
  if (mappingMode === 'defineBelow') return isObject(value) ? value : {}
  const row = context.getInputData()[itemIndex]?.json ?? {}
  const columns = matchColumns(Object.keys(row), columnNames)
  if (columns.size === 0) {
    throw new NodeOperationError(context.getNode(), 'No column is named like a field', {
      itemIndex,
      description: `The columns are ${listNames(Object.keys(row))}. Rename them, such as to Title or Value, or choose Map Each Field Manually.`,
    })
  }
  return Object.fromEntries([...columns].map(([column, key]) => [key, row[column]]))
}

/** Says which columns of the first row fill in no field; undefined if all do, or if they are mapped by hand. */
export function findUnusedColumns(
  context: IExecuteFunctions,
  itemIndex: number,
): string | undefined {
  const mapping: unknown = context.getNodeParameter('columns', itemIndex, null)
  const isManual = isObject(mapping) && mapping.mappingMode === 'defineBelow'
  if (itemIndex > 0 || isManual || !isFromColumns(context, itemIndex)) return undefined
  const names = Object.keys(context.getInputData()[itemIndex]?.json ?? {})
  const used = matchColumns(names, columnNames)
  const unused = names.filter((name) => !used.has(name))
  return unused.length === 0
    ? undefined
    : `Columns that fill in no field of the pass: ${listNames(unused)}.`
}
