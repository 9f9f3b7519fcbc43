import { type IDataObject, NodeOperationError } from 'n8n-workflow'
import { readText } from '../../form/readText'
import type { Pass } from '../../portable/api/passes'
import { isEmpty } from '../../portable/forms/blanks'
import { readNumber } from '../../portable/forms/read-number'
import type { Operation, OperationContext } from '../operation'
import { filterLabels, filters, readFilters } from './filters'

const pageSize = 100
const defaultLimit = 50

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
  labels: filterLabels,
  run: async (operation) => {
    const { client } = operation
    const limit = readLimit(operation)
    const query = readFilters(operation)
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

function readLimit({ context, itemIndex }: OperationContext): number {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return Infinity
  const given: unknown = context.getNodeParameter('limit', itemIndex, defaultLimit)
  if (isEmpty(given)) return defaultLimit
  const limit = readNumber(given)
  if (limit !== undefined && Number.isInteger(limit) && limit > 0) return limit
  const text = readText(context, 'limit', itemIndex)
  throw new NodeOperationError(context.getNode(), `Limit: "${text}" is no whole number above 0`, {
    itemIndex,
    description: 'Enter a number such as 50, or turn on Return All.',
  })
}
