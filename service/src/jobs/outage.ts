import type { Db, Trx } from '../db/database.ts'
import { pauseUntil } from './retry-schedule.ts'

/** A way out that is in trouble. */
export interface Outage {
  reason: string
  since: string
  pausedUntil: string | null
  pauses: number
}

/** What troubles a lane; undefined while all is well. */
export async function findOutage(db: Db | Trx, name: string): Promise<Outage | undefined> {
  const row = await db.selectFrom('lane').selectAll().where('name', '=', name).executeTakeFirst()
  return row && { ...row, reason: row.trouble, pausedUntil: row.paused_until }
}

/** Writes down that a lane is in trouble, for operators to see. */
export async function recordOutage(
  trx: Trx,
  name: string,
  trouble: string,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('lane')
    .values({ name, trouble, since: now.toISOString(), paused_until: null, pauses: 0 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ trouble }))
    .execute()
}

/** Rests a lane. Attempts that ran side by side and met the same trouble rest it once. */
export async function pauseQueue(
  trx: Trx,
  name: string,
  trouble: string,
  now: Date,
): Promise<void> {
  await recordOutage(trx, name, trouble, now)
  const { pausedUntil, pauses = 0 } = (await findOutage(trx, name)) ?? {}
  if (pausedUntil && pausedUntil > now.toISOString()) return
  await trx
    .updateTable('lane')
    .set({ paused_until: pauseUntil(pauses, now).toISOString(), pauses: pauses + 1 })
    .where('name', '=', name)
    .execute()
}

/** Ends every pause, as a process starts: whatever was wrong may have been mended just now. */
export async function resumeQueues(db: Db, now: Date): Promise<void> {
  await db
    .updateTable('lane')
    .set({ paused_until: now.toISOString() })
    .where('paused_until', '>', now.toISOString())
    .execute()
}

/** Forgets the trouble of a lane that works again. */
export async function clearOutage(trx: Trx, name: string): Promise<void> {
  await trx.deleteFrom('lane').where('name', '=', name).execute()
}
