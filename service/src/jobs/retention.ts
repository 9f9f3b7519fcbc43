import type { Db } from '../db/database.ts'
import { REMEMBERED_MS } from '../keys/idempotency.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How long events and finished jobs are kept. */
const KEPT_MS = 30 * DAY_MS

export const SWEEP_EVERY_MS = 10 * 60 * 1000

/** Few enough that nobody waits for them. */
const AT_ONCE = 500

/** Deletes what was kept for long enough: remembered answers, events, finished jobs. */
export async function sweep(db: Db, now: Date): Promise<void> {
  const before = (age: number) => new Date(now.getTime() - age).toISOString()
  await untilNone(() =>
    db
      .deleteFrom('idempotency')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('key_id', 'idempotency_key'),
          'in',
          selectFrom('idempotency')
            .select(['key_id', 'idempotency_key'])
            .where('created_at', '<=', before(REMEMBERED_MS))
            .limit(AT_ONCE)
            .$asTuple('key_id', 'idempotency_key'),
        ),
      )
      .executeTakeFirst(),
  )
  await untilNone(() =>
    db
      .deleteFrom('event')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('event')
          .select('id')
          .where('created_at', '<=', before(KEPT_MS))
          .limit(AT_ONCE),
      )
      .executeTakeFirst(),
  )
  await untilNone(() =>
    db
      .deleteFrom('job')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('job')
          .select('id')
          .where('finished_at', '<=', before(KEPT_MS))
          .limit(AT_ONCE),
      )
      .executeTakeFirst(),
  )
}

async function untilNone(remove: () => Promise<{ numDeletedRows: bigint }>): Promise<void> {
  while ((await remove()).numDeletedRows > 0n) {
    // Again, until nothing is left.
  }
}
