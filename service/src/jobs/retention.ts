import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { REPLY_RETENTION_MS } from '../http/idempotency.ts'

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000

/** How long rows are kept after the instant in that column. */
const kept = [
  { table: 'idempotency', column: 'created_at', ms: REPLY_RETENTION_MS },
  { table: 'event', column: 'created_at', ms: THIRTY_DAYS_MS },
  { table: 'delivery', column: 'created_at', ms: THIRTY_DAYS_MS },
  { table: 'job', column: 'finished_at', ms: THIRTY_DAYS_MS },
] as const

export const SWEEP_EVERY_MS = 10 * 60 * 1000

/** Few enough that nobody waits for them. */
const AT_ONCE = 500

/** Deletes what was kept for long enough: remembered answers, events, deliveries, finished jobs. */
export async function deleteExpiredRows(db: Db, now: Date): Promise<void> {
  for (const { table, column, ms } of kept) {
    const before = new Date(now.getTime() - ms).toISOString()
    for (;;) {
      const last = await lastOfTheOldest(db, table, column, before)
      if (last === undefined) break
      await db
        .transaction()
        .execute((trx) =>
          sql`delete from ${sql.table(table)} where ${sql.ref(column)} <= ${last}`.execute(trx),
        )
    }
  }
}

/** The instant up to which there are about as many rows as are deleted at once. */
async function lastOfTheOldest(
  db: Db,
  table: string,
  column: string,
  before: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ at: string }>`
    select ${sql.ref(column)} as at from ${sql.table(table)}
    where ${sql.ref(column)} <= ${before}
    order by ${sql.ref(column)} limit ${AT_ONCE}`.execute(db)
  return rows.at(-1)?.at
}
