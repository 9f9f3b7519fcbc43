import type { Db } from '../db/database.ts'
import type { Queue } from './job.ts'
import { findOutage } from './outage.ts'

/** What an operator should know about the queues, such as an outage while jobs wait; for `/ready`. */
export async function findQueueWarnings(db: Db, queues: readonly Queue[]): Promise<string[]> {
  const warnings = await Promise.all(
    queues.map(async (queue) => [
      ...(await describeOutage(db, queue)),
      ...((await queue.warnings?.(db)) ?? []),
    ]),
  )
  return warnings.flat()
}

async function describeOutage(db: Db, { name, handlers }: Queue): Promise<string[]> {
  const outage = await findOutage(db, name)
  const waiting = outage && (await countWaitingJobs(db, Object.keys(handlers)))
  if (!waiting) return []
  return [`${name}: ${outage.reason} (since ${outage.since}; ${waiting} waiting, none lost)`]
}

async function countWaitingJobs(db: Db, kinds: string[]): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('state', '=', 'waiting')
    .where('kind', 'in', kinds)
    .executeTakeFirstOrThrow()
  return Number(count)
}
