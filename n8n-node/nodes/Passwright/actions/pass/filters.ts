import { type IDataObject, type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { readEntries } from '../../form/buildRequest'
import {
  buildMetadataFilter,
  buildOwnIdFilter,
  buildTemplateFilter,
} from '../../form/filterProperties'
import type { FormLabels } from '../../form/formLabels'
import { toText } from '../../form/readText'
import type { ListQuery } from '../../portable/api/passes'
import { assemble } from '../../portable/forms/assemble'
import type { OperationContext } from '../operation'

/** Which passes Get Many returns. */
export const filters: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [
    {
      displayName: 'Deleted',
      name: 'deleted',
      type: 'options',
      options: [
        { name: 'Only Deleted Passes', value: true },
        { name: 'Without Deleted Passes', value: false },
      ],
      default: false,
      description: 'If this filter is not added, both are returned',
    },
    {
      displayName: 'Email',
      name: 'email',
      type: 'string',
      default: '',
      placeholder: 'e.g. ada@example.com',
      description: 'Return only passes that were sent to this email address',
    },
    {
      displayName: 'Installed',
      name: 'installed',
      type: 'options',
      options: [
        { name: 'In a Wallet', value: true },
        { name: 'In No Wallet', value: false },
      ],
      default: true,
      description:
        'Return only passes that are, or are not, in a wallet that follows their updates',
    },
    buildMetadataFilter('Return only passes with this metadata'),
    {
      displayName: 'Search',
      name: 'q',
      type: 'string',
      default: '',
      placeholder: 'e.g. ada riverside',
      description:
        'Return only passes in which each of these words begins a word of the title, your own ID, the values of the fields, or the email address',
    },
    {
      displayName: 'Status',
      name: 'voided',
      type: 'options',
      options: [
        { name: 'Valid', value: false },
        { name: 'Voided', value: true },
      ],
      default: false,
      description: 'Return only passes with this status',
    },
    buildTemplateFilter('Return only passes that were created from this template.'),
    buildOwnIdFilter('Return only the pass with this ID'),
  ],
}

/** What the form calls the parameters of the list. */
export const filterLabels: FormLabels = {
  limit: 'Limit',
  email: 'Filters → Email',
  installed: 'Filters → Installed',
  metadata: 'Filters → Metadata',
  q: 'Filters → Search',
  voided: 'Filters → Status',
  deleted: 'Filters → Deleted',
  template: 'Filters → Template',
  externalId: 'Filters → Your Own ID',
}

/** Reads the filters of one item; an empty one does not count. */
export function readFilters(operation: OperationContext): ListQuery {
  const { context, itemIndex } = operation
  const given = (context.getNodeParameter('filters', itemIndex, {}) ?? {}) as IDataObject
  const { metadata } = assemble({ metadata: readEntries(given.metadata) })
  const query: ListQuery = {
    email: toText(given.email),
    q: toText(given.q),
    externalId: toText(given.externalId),
    voided: readFlag(operation, 'voided', given.voided),
    deleted: readFlag(operation, 'deleted', given.deleted),
    installed: readFlag(operation, 'installed', given.installed),
    template: toText(given.template),
    metadata: metadata as ListQuery['metadata'],
  }
  return query
}

function readFlag(
  { context, itemIndex }: OperationContext,
  name: string,
  value: unknown,
): boolean | undefined {
  const text = toText(value)?.toLowerCase()
  if (text === undefined) return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  throw new NodeOperationError(
    context.getNode(),
    `${filterLabels[name]}: "${text}" is neither true nor false`,
    { itemIndex },
  )
}
