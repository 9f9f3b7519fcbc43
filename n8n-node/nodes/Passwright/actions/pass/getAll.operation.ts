import type { IDataObject, INodeProperties } from 'n8n-workflow'
import type { ListQuery, Pass } from '../../portable/client'
import type { Operation } from '../operation'

const pageSize = 100

const filters: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [
    {
      displayName: 'Email',
      name: 'email',
      type: 'string',
      default: '',
      placeholder: 'e.g. ada@example.com',
      description: 'Return only passes that were sent to this email address',
    },
    {
      displayName: 'Metadata',
      name: 'metadata',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add Pair',
      default: {},
      options: [
        {
          displayName: 'Entries',
          name: 'entries',
          values: [
            { displayName: 'Name', name: 'key', type: 'string', default: '' },
            { displayName: 'Value', name: 'value', type: 'string', default: '' },
          ],
        },
      ],
      description: 'Return only passes with this metadata',
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
    {
      displayName: 'Your Own ID',
      name: 'externalId',
      type: 'string',
      default: '',
      placeholder: 'e.g. member-1042',
      description: 'Return only the pass with this ID',
    },
  ],
}

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many passes',
  description: 'Get many passes, newest first',
  properties: [
    {
      displayName: 'Return All',
      name: 'returnAll',
      type: 'boolean',
      default: false,
      description: 'Whether to return all results or only up to a given limit',
    },
    {
      displayName: 'Limit',
      name: 'limit',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 50,
      displayOptions: { show: { returnAll: [false] } },
      description: 'Max number of results to return',
    },
    filters,
  ],
  run: async ({ context, client, itemIndex }) => {
    const isAll = context.getNodeParameter('returnAll', itemIndex, false) as boolean
    const limit = isAll ? Infinity : (context.getNodeParameter('limit', itemIndex, 50) as number)
    const query = buildQuery(context.getNodeParameter('filters', itemIndex, {}) as IDataObject)
    const results: Pass[] = []
    let cursor: string | null | undefined
    do {
      const pageLimit = Math.min(pageSize, limit - results.length)
      const { passes, nextCursor } = await client.listPasses({
        ...query,
        limit: pageLimit,
        ...(cursor ? { cursor } : {}),
      })
      results.push(...passes)
      cursor = nextCursor
    } while (cursor !== null && results.length < limit)
    return results.map((pass) => ({ json: pass as unknown as IDataObject }))
  },
}

function buildQuery({ metadata, ...filters }: IDataObject): ListQuery {
  const pairs = (metadata as { entries?: { key: string; value: string }[] } | undefined)?.entries
  return {
    ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '')),
    metadata: Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value])),
  }
}
