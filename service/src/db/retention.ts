import { sql } from 'kysely'
import type { Db } from './database.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How long the reply to a request with an `Idempotency-Key` is remembered. */
export const REPLY_RETENTION_MS = DAY_MS

/** How long a row is kept after the time in that column. Tables that are not listed keep their rows. */
const retention = [
  { table: 'idempotency', column: 'created_at', ms: REPLY_RETENTION_MS },
  { table: 'event', column: 'created_at', ms: 30 * DAY_MS },
  { table: 'delivery', column: 'created_at', ms: 30 * DAY_MS },
  { table: 'job', column: 'finished_at', ms: 30 * DAY_MS },
] as const

/** Few enough that no other transaction waits noticeably. */
const BATCH_SIZE = 500

/** Deletes every row that is older than its retention, in batches with a transaction each. */
export async function deleteExpiredRows(db: Db, now: Date): Promise<void> {
  for (const { table, column, ms } of retention) {
    const before = new Date(now.getTime() - ms).toISOString()
    for (;;) {
      const last = await findBatchEnd(db, table, column, before)
      if (last === undefined) break
      await db
        .transaction()
        .execute((trx) =>
          sql`delete from ${sql.table(table)} where ${sql.ref(column)} <= ${last}`.execute(trx),
        )
    }
  }
}

/** Finds the time of the last row of the oldest batch; undefined when there is nothing to delete. */
async function findBatchEnd(
  db: Db,
  table: string,
  column: string,
  before: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ at: string }>`
    select ${sql.ref(column)} as at from ${sql.table(table)}
    where ${sql.ref(column)} <= ${before}
    order by ${sql.ref(column)} limit ${BATCH_SIZE}`.execute(db)
  return rows.at(-1)?.at
}
