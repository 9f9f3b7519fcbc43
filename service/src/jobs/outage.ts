import type { Db, Trx } from '../db/database.ts'
import { LONGEST_PAUSE_MS, pauseUntil } from './retry-schedule.ts'

/** A queue whose jobs cannot succeed at present, such as mail while the mail server refuses us. */
export interface Outage {
  reason: string
  since: string
  pausedUntil: string | null
  /** How many times in a row the queue was paused. */
  pauses: number
}

/** Finds the outage of a queue; undefined while there is none. */
export async function findOutage(db: Db | Trx, queueName: string): Promise<Outage | undefined> {
  return db
    .selectFrom('outage')
    .select(['reason', 'since', 'paused_until as pausedUntil', 'pauses'])
    .where('name', '=', queueName)
    .executeTakeFirst()
}

/** Lists the outages whose names begin so, by name. */
export async function listOutages(db: Db, prefix: string): Promise<(Outage & { name: string })[]> {
  return db
    .selectFrom('outage')
    .select(['name', 'reason', 'since', 'paused_until as pausedUntil', 'pauses'])
    .where('name', 'like', `${prefix}%`)
    .orderBy('name')
    .execute()
}

/** Whether an outage pauses its queue; a pause longer than any was set by a clock that was ahead. */
export function isPaused({ pausedUntil }: Pick<Outage, 'pausedUntil'>, now: Date): boolean {
  const leftMs = pausedUntil === null ? 0 : Date.parse(pausedUntil) - now.getTime()
  return leftMs > 0 && leftMs <= LONGEST_PAUSE_MS
}

/** Records an outage of a queue, or the latest reason for it. */
export async function recordOutage(
  trx: Trx,
  queueName: string,
  reason: string,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('outage')
    .values({ name: queueName, reason, since: now.toISOString(), paused_until: null, pauses: 0 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ reason }))
    .execute()
}

/** Records an outage and pauses the queue; attempts that ran at the same time pause it once. */
export async function pauseQueue(
  trx: Trx,
  queueName: string,
  reason: string,
  now: Date,
): Promise<void> {
  await recordOutage(trx, queueName, reason, now)
  const outage = await findOutage(trx, queueName)
  if (outage && isPaused(outage, now)) return
  const pauses = outage?.pauses ?? 0
  await trx
    .updateTable('outage')
    .set({ paused_until: pauseUntil(pauses, now).toISOString(), pauses: pauses + 1 })
    .where('name', '=', queueName)
    .execute()
}

/** Ends every pause. Called when a process starts, since the operator may have fixed the cause. */
export async function resumeQueues(db: Db, now: Date): Promise<void> {
  await db
    .updateTable('outage')
    .set({ paused_until: now.toISOString() })
    .where('paused_until', '>', now.toISOString())
    .execute()
}

/** Ends the pause of one queue: its next job probes whether the outage is over. */
export async function resumeQueue(trx: Trx, queueName: string, now: Date): Promise<void> {
  await trx
    .updateTable('outage')
    .set({ paused_until: now.toISOString() })
    .where('name', '=', queueName)
    .where('paused_until', '>', now.toISOString())
    .execute()
}

/** Removes the outage of a queue that works again. */
export async function clearOutage(db: Db | Trx, queueName: string): Promise<void> {
  await db.deleteFrom('outage').where('name', '=', queueName).execute()
}

/** Removes the reasons of outages that quote a text, such as an email address. */
export async function forgetReasons(db: Db, text: string): Promise<void> {
  const rows = await db.selectFrom('outage').select(['name', 'reason']).execute()
  for (const { name, reason } of rows) {
    if (!reason.toLowerCase().includes(text.toLowerCase())) continue
    await db
      .updateTable('outage')
      .set({ reason: 'The reason quoted somebody who was forgotten' })
      .where('name', '=', name)
      .execute()
  }
}
