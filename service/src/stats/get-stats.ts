import { type StatsRow, statsCounters, sumCounts, toInvalidRequest } from '@passwright/shared'
import { MAX_STATS_ROWS, type Stats, type StatsQuery } from '@passwright/shared/schema'
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Db } from '../db/database.ts'
import { counterColumns } from './counters.ts'
import { listPeriods, resolveDays } from './periods.ts'

/** Gets what happened to a key's passes, of one template or of all, and how many there are now. */
export async function getStats(
  ctx: Pick<Context, 'db' | 'now' | 'countLiving'>,
  keyId: string,
  { by, ...query }: Omit<StatsQuery, 'template' | 'format'>,
  templateIds: readonly string[] | undefined,
): Promise<Stats> {
  const now = ctx.now()
  const days = resolveDays({ ...query, by }, now)
  const periods = listPeriods(days, by, MAX_STATS_ROWS)
  assertPeriods(periods, days)
  const counts = await listCounts(ctx.db, keyId, days, templateIds)
  return {
    rows: sumByPeriod(counts, periods),
    now: await ctx.countLiving(keyId, templateIds, now),
  }
}

function assertPeriods(periods: readonly string[], days: { from: string; to: string }): void {
  const message =
    periods.length === 0
      ? `must not be after ${days.to}, the last day; write an earlier day`
      : `would give more than ${MAX_STATS_ROWS} rows; write a later day, or by=week or by=month`
  if (periods.length === 0 || periods.length > MAX_STATS_ROWS) {
    throw toInvalidRequest([{ path: 'from', message }])
  }
}

/** The counts of each day on which something happened, in the order of days. */
async function listCounts(
  db: Db,
  keyId: string,
  { from, to }: { from: string; to: string },
  templateIds: readonly string[] | undefined,
): Promise<StatsRow[]> {
  const sums = statsCounters.map(
    (counter) =>
      sql`cast(sum(${sql.ref(counterColumns[counter])}) as integer) as ${sql.ref(counter)}`,
  )
  const { rows } = await sql<StatsRow>`
    select day as "from", ${sql.join(sums)} from statistic
    where key_id = ${keyId} and day between ${from} and ${to}
    ${templateIds === undefined ? sql`` : sql`and template_id in (${sql.join(templateIds)})`}
    group by day order by day`.execute(db)
  return rows
}

function sumByPeriod(counts: readonly StatsRow[], periods: readonly string[]): StatsRow[] {
  let next = 0
  return periods.map((from, index) => {
    const end = periods[index + 1]
    const first = next
    for (let day = counts[next]; day && (!end || day.from < end); day = counts[next]) next += 1
    return { from, ...sumCounts(counts.slice(first, next)) }
  })
}
