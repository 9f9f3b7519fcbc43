import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'

/** What is counted per owner and period, by the name of its table: the column of the period. */
const counters = { quota: 'month', email_count: 'day' } as const

interface CounterIncrement {
  keyId: string
  period: string
  /** Null when there is none. */
  limit: number | null
}

/**
 * Counts one more in the transaction that does it; false at the limit. One statement: whoever comes
 * second waits for the row and sees what the first one left.
 */
export async function incrementCounter(
  trx: Trx,
  counter: keyof typeof counters,
  { keyId, period, limit }: CounterIncrement,
): Promise<boolean> {
  const most = limit ?? 2_147_483_647
  const table = sql.table(counter)
  const column = sql.ref(counters[counter])
  const used = sql.ref(`${counter}.used`)
  const spent = await sql`
    insert into ${table} (key_id, ${column}, used)
    select ${keyId}, ${period}, 1 where cast(${most} as integer) > 0
    on conflict (key_id, ${column}) do update set used = ${used} + 1
    where ${used} < cast(${most} as integer)
    returning used`.execute(trx)
  return spent.rows.length > 0
}
