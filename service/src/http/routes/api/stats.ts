import { toInvalidRequest } from '@passwright/shared'
import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../../accounts/api-key.ts'
import type { Context } from '../../../context.ts'
import { toCsv } from '../../../stats/csv.ts'
import { getStats } from '../../../stats/get-stats.ts'
import { selectTemplateIds } from '../../../templates/store/ids.ts'
import type { Mount } from '../../endpoint.ts'
import { buildJsonReply, buildTextReply } from '../../reply.ts'

const asFile = { 'Content-Disposition': 'attachment; filename="passwright-stats.csv"' }

/** What happened to the passes of a key. */
export function mountStatsRoutes(mount: Mount, ctx: Context): void {
  mount(operations.getStats, async ({ key, query: { template, format, ...query } }) => {
    const templateIds = template === undefined ? undefined : await findIds(ctx, key, template)
    const stats = await getStats(ctx, key.id, query, templateIds)
    return format === 'csv'
      ? buildTextReply('text/csv; charset=utf-8', toCsv(stats.rows), asFile)
      : buildJsonReply(200, stats)
  })
}

/** The ids of the templates of this name, or of this id. */
async function findIds({ db }: Context, { id }: ApiKey, template: string): Promise<string[]> {
  const rows = await selectTemplateIds(db, id, template).execute()
  if (rows.length > 0) return rows.map((row) => row.id)
  const message = `must be the id or the name of a template, and ${template} is none`
  throw toInvalidRequest([{ path: 'template', message }])
}
