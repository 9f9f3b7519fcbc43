import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../db/database.ts'

/**
 * Waits for the turn of a request to Google; false when that would take longer than `maxWaitMs`, and
 * then no turn is taken.
 */
export type TakeTurn = (maxWaitMs: number) => Promise<boolean>

/** Google allows 20 requests a second; clocks and timers are not exact. */
const SPACING_MS = 100

/** Nobody waits for so long: such a time was set by a clock that was ahead. */
const MAX_AHEAD_MS = 60_000

/** Creates the brake that all instances on one database share. Its clock is that of the machine. */
export function createPace(db: Db, clock: () => number = Date.now): TakeTurn {
  return async (maxWaitMs) => {
    const now = clock()
    const latest = now + maxWaitMs
    const { rows } = await sql<{ next_at: number | string }>`
      insert into google_pace (id, next_at) values (1, ${now + SPACING_MS})
      on conflict (id) do update set next_at = ${SPACING_MS} +
        case when google_pace.next_at between ${now} and ${now + MAX_AHEAD_MS}
          then google_pace.next_at else ${now} end
      where google_pace.next_at <= ${latest} or google_pace.next_at > ${now + MAX_AHEAD_MS}
      returning next_at`.execute(db)
    const [row] = rows
    if (!row) return false
    const waitMs = Number(row.next_at) - SPACING_MS - now
    if (waitMs > 0) await wait(waitMs)
    return true
  }
}
