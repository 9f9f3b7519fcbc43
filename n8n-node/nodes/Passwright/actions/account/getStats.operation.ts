import { type IDataObject, type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { buildTemplateFilter } from '../../form/filterProperties'
import { toText } from '../../form/readText'
import type { StatsQuery } from '../../portable/api/stats'
import { findChoice } from '../../portable/forms/choices'
import { readDate } from '../../portable/forms/read-date'
import type { Operation, OperationContext } from '../operation'

const periods = ['day', 'week', 'month'] as const

const by: INodeProperties = {
  displayName: 'Group By',
  name: 'by',
  type: 'options',
  options: [
    { name: 'Day', value: 'day' },
    { name: 'Month', value: 'month' },
    { name: 'Week', value: 'week', description: 'A week begins on Monday' },
  ],
  default: 'day',
  description: 'The period that each item counts, in UTC',
}

const filters: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [
    {
      displayName: 'From',
      name: 'from',
      type: 'dateTime',
      default: '',
      description:
        'The first day. If empty, the latest 30 days, 12 weeks or 12 months are returned.',
    },
    buildTemplateFilter('Count only passes that were created from this template.'),
    {
      displayName: 'To',
      name: 'to',
      type: 'dateTime',
      default: '',
      description: 'The last day. If empty, it is today.',
    },
  ],
}

export const getStats: Operation = {
  value: 'getStats',
  name: 'Get Statistics',
  action: 'Get statistics',
  description: 'Get how many passes were created, mailed, opened, installed, removed and voided',
  properties: [by, filters],
  labels: {
    by: 'Group By',
    from: 'Filters → From',
    to: 'Filters → To',
    template: 'Filters → Template',
  },
  run: async (operation) => {
    const { rows, now } = await operation.client.getStats(readQuery(operation))
    return rows.map((row): { json: IDataObject } => ({ json: { ...row, now } }))
  },
}

function readQuery(operation: OperationContext): StatsQuery {
  const { context, itemIndex } = operation
  const given = (context.getNodeParameter('filters', itemIndex, {}) ?? {}) as IDataObject
  const period = findChoice(String(context.getNodeParameter('by', itemIndex, 'day')), periods)
  return {
    by: period as StatsQuery['by'],
    from: readDay(operation, 'From', given.from),
    to: readDay(operation, 'To', given.to),
    template: toText(given.template),
  }
}

/** Reads a day as it is in the time zone of the workflow. */
function readDay(
  { context, itemIndex }: OperationContext,
  label: string,
  value: unknown,
): string | undefined {
  if (toText(value) === undefined) return undefined
  const date = readDate(value, context.getTimezone())
  if (date) return 'day' in date ? date.day : date.instant.slice(0, 10)
  throw new NodeOperationError(
    context.getNode(),
    `Filters → ${label}: "${toText(value)}" is no date that can be read only one way`,
    { itemIndex, description: 'Enter a day such as 2027-03-05.' },
  )
}
