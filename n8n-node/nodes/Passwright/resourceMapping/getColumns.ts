import type { ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow'
import { columnFields } from '../form/columns'
import { isConfigurable } from '../form/fieldTypes'

/** The fields with which the mapping opens; the others can be added. */
const shownKeys: readonly string[] = ['externalId', 'title', 'label', 'value', 'barcodeValue']

/** Lists the fields that columns can fill in. */
export async function getColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return {
    fields: columnFields.filter(isConfigurable).map(({ key, label }) => toField(key, label)),
  }
}

/** The same, where the pass is found by your own ID, which is then required. */
export async function getColumnsWithOwnId(
  this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
  const { fields } = await getColumns.call(this)
  const ownId = fields
    .filter(({ id }) => id === 'externalId')
    .map((field) => ({ ...field, required: true }))
  return { fields: [...ownId, ...fields.filter(({ id }) => id !== 'externalId')] }
}

/** Every field is a text: n8n would convert or refuse the values of other types, which the rules for forms read. */
function toField(id: string, displayName: string): ResourceMapperField {
  return {
    id,
    displayName,
    type: 'string',
    required: false,
    display: true,
    defaultMatch: false,
    canBeUsedToMatch: false,
    removed: !shownKeys.includes(id),
  }
}
