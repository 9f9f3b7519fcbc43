import { type Problem, toInvalidRequest } from '@passwright/shared'
import { operations } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { toCsv } from '../../stats/csv.ts'
import { getStats } from '../../stats/get-stats.ts'
import type { Mount } from '../endpoint.ts'
import { buildCsvReply, buildJsonReply } from '../reply.ts'

/** What happened to the passes of a key. */
export function mountStatsRoutes(mount: Mount, ctx: Context): void {
  mount(operations.getStats, async ({ key, query: { template, format, ...query } }) => {
    if (template !== undefined) throw createUnknownTemplate(template)
    const stats = await getStats(ctx, key.id, query, undefined)
    return format === 'csv'
      ? buildCsvReply(toCsv(stats.rows), 'passwright-stats.csv')
      : buildJsonReply(200, stats)
  })
}

function createUnknownTemplate(template: string): Problem {
  const message = `must be the id or the name of a template, and ${template} is none`
  return toInvalidRequest([{ path: 'template', message }])
}
