import { operations } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { toCsv } from '../../stats/csv.ts'
import { getStats } from '../../stats/get-stats.ts'
import { findTemplateId } from '../../templates/repository.ts'
import type { Mount } from '../endpoint.ts'
import { buildCsvReply, buildJsonReply } from '../reply.ts'

/** What happened to the passes of a key. */
export function mountStatsRoutes(mount: Mount, ctx: Context): void {
  mount(operations.getStats, async ({ key, query: { template, format, ...query } }) => {
    const templateId =
      template === undefined ? undefined : await findTemplateId(ctx.db, key.id, template)
    const stats = await getStats(ctx, key.id, query, templateId)
    return format === 'csv'
      ? buildCsvReply(toCsv(stats.rows), 'passwright-stats.csv')
      : buildJsonReply(200, stats)
  })
}
