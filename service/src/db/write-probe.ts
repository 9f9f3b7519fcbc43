import { randomUUID } from 'node:crypto'
import { Problem } from '@passwright/shared'
import { remember } from '../concurrency/remember.ts'
import type { Db } from './database.ts'

/** Checks that the database can be written; throws the 503 `database_unavailable` when it cannot. */
export type WriteProbe = () => Promise<void>

/** How long a result is remembered: everybody may ask, and each probe is a committed write. */
const REMEMBERED_MS = 5_000

/** About as much as a pass with its event and reply: a disk that is nearly full has room for less. */
const PROBE_BYTES = 64 * 1024

/** Creates the probe of a process. It writes at most once every five seconds, however many ask. */
export function createWriteProbe(db: Db, now: () => Date): WriteProbe {
  return remember(() => writeAndDelete(db), now, REMEMBERED_MS)
}

/** Writes a row and deletes it in one transaction, so that nobody ever sees it. */
async function writeAndDelete(db: Db): Promise<void> {
  const name = `probe ${randomUUID()}`
  try {
    await db.transaction().execute(async (trx) => {
      const since = new Date(0).toISOString()
      await trx
        .insertInto('outage')
        .values({ name, reason: ' '.repeat(PROBE_BYTES), since, paused_until: null, pauses: 0 })
        .execute()
      await trx.deleteFrom('outage').where('name', '=', name).execute()
    })
  } catch (cause) {
    throw new Problem(
      'database_unavailable',
      'The database cannot be written at the moment, so no pass can be created: it is locked, full or read-only. The log of the server says which',
      { retryAfterSeconds: 5, cause },
    )
  }
}
