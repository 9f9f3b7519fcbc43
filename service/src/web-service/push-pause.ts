import type { Context } from '../context.ts'
import type { Db } from '../db/database.ts'
import type { QueueWarning } from '../jobs/job.ts'
import { WHERE_TO_READ_MORE } from '../jobs/manage/warnings.ts'
import { clearOutage, findOutage, isPaused, listOutages, pauseQueue } from '../jobs/outage.ts'

/** The pushes of one pass type pause while Apple refuses its certificate; those of others go on. */
const PREFIX = 'push '

/** A pass type whose certificate Apple has refused. */
export interface PushPause {
  reason: string
  /** Undefined when it is time to try again. */
  until: Date | undefined
}

/** Finds the pause of a pass type; undefined while its pushes succeed. */
export async function findPushPause(
  { db, now }: Pick<Context, 'db' | 'now'>,
  passTypeIdentifier: string,
): Promise<PushPause | undefined> {
  const outage = await findOutage(db, PREFIX + passTypeIdentifier)
  if (!outage) return undefined
  const { reason, pausedUntil } = outage
  const until = isPaused(outage, now()) && pausedUntil ? new Date(pausedUntil) : undefined
  return { reason, until }
}

/** Pauses the pushes of a pass type; returns until when. */
export async function pausePushes(
  { db, now }: Pick<Context, 'db' | 'now'>,
  passTypeIdentifier: string,
  reason: string,
): Promise<Date> {
  const at = now()
  return db.transaction().execute(async (trx) => {
    await pauseQueue(trx, PREFIX + passTypeIdentifier, reason, at)
    const outage = await findOutage(trx, PREFIX + passTypeIdentifier)
    return outage?.pausedUntil ? new Date(outage.pausedUntil) : at
  })
}

/** Ends the pause of a pass type whose pushes succeed again. */
export async function resumePushes(
  { db }: Pick<Context, 'db'>,
  passTypeIdentifier: string,
): Promise<void> {
  await db.transaction().execute((trx) => clearOutage(trx, PREFIX + passTypeIdentifier))
}

/** What an operator should know: the pass types whose certificate Apple refuses. */
export async function findPushWarnings(db: Db): Promise<QueueWarning[]> {
  const outages = await listOutages(db, PREFIX)
  return outages.map(({ name, reason, since }) => ({
    summary: `push: phones are not told of updates of some passes, since ${since}; none is lost. ${WHERE_TO_READ_MORE}`,
    detail: `push: ${name.slice(PREFIX.length)}: ${reason} (since ${since})`,
  }))
}
