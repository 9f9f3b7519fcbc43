import type { Db } from '../../db/database.ts'
import { findHandler, type Queue, type QueueWarning } from '../job.ts'
import { findOutage } from '../outage.ts'
import type { JobSummary } from './manage.ts'

/** What an operator should know about the queues, such as an outage while jobs wait. */
export async function findQueueWarnings(db: Db, queues: readonly Queue[]): Promise<QueueWarning[]> {
  const warnings = await Promise.all(
    queues.map(async (queue) => [
      ...(await describeOutage(db, queue)),
      ...((await queue.warnings?.(db)) ?? []),
    ]),
  )
  return warnings.flat()
}

/** Gives the waiting jobs that have no reason of their own the one of their queue's outage. */
export async function explainWaitingJobs(
  db: Db,
  queues: readonly Queue[],
  jobs: readonly JobSummary[],
): Promise<JobSummary[]> {
  const outages = await Promise.all(
    queues.map(async (queue) => ({ queue, outage: await findOutage(db, queue.name) })),
  )
  const findReason = (kind: string) =>
    outages.find(({ queue }) => findHandler([queue], kind))?.outage?.reason ?? null
  return jobs.map((job) =>
    job.state === 'waiting' ? { ...job, reason: job.reason ?? findReason(job.kind) } : job,
  )
}

/** Ends every summary for `/ready`: the rest is not for everybody. */
export const WHERE_TO_READ_MORE = 'Read more with: passwright jobs list'

async function describeOutage(db: Db, { name, handlers }: Queue): Promise<QueueWarning[]> {
  const outage = await findOutage(db, name)
  const waiting = outage && (await countWaitingJobs(db, Object.keys(handlers)))
  if (!waiting) return []
  const extent = `since ${outage.since}; ${waiting} waiting, none lost`
  return [
    {
      summary: `${name}: its jobs do not succeed at the moment (${extent}). ${WHERE_TO_READ_MORE}`,
      detail: `${name}: ${outage.reason} (${extent})`,
    },
  ]
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
