import type { Db } from '../../db/database.ts'
import type { Queue } from '../job.ts'
import { findOutage } from '../outage.ts'

/** The jobs of one kind. */
interface KindBacklog {
  queue: string
  kind: string
  /** Jobs that wait or run; `MAX_COUNTED` where there are more. */
  waiting: number
  /** Jobs that have failed for good and are kept; `MAX_COUNTED` where there are more. */
  failed: number
  /** For how long the job has been due that has been due longest; 0 where none is due. */
  oldestDueSeconds: number
}

/** What the queues have to do, by kind of job, and which of them has an outage. */
export interface Backlog {
  kinds: KindBacklog[]
  outages: { queue: string; isOut: boolean }[]
}

/** Counting more would take the database longer than the figure is worth. */
export const MAX_COUNTED = 100_000

/** Counts the jobs that wait and that have failed, from an index, of every kind of every queue. */
export async function countBacklog(db: Db, queues: readonly Queue[], now: Date): Promise<Backlog> {
  const kinds: KindBacklog[] = []
  const outages: Backlog['outages'] = []
  // One after the other: they need not take all connections.
  for (const { name: queue, handlers } of queues) {
    outages.push({ queue, isOut: (await findOutage(db, queue)) !== undefined })
    for (const kind of Object.keys(handlers)) {
      kinds.push({
        queue,
        kind,
        waiting: await countJobs(db, 'waiting', kind),
        failed: await countJobs(db, 'failed', kind),
        oldestDueSeconds: await findOldestDue(db, kind, now),
      })
    }
  }
  return { kinds, outages }
}

async function countJobs(db: Db, state: 'waiting' | 'failed', kind: string): Promise<number> {
  const jobs = db
    .selectFrom('job')
    .select('run_at')
    .where('state', '=', state)
    .where('kind', '=', kind)
    .limit(MAX_COUNTED)
  const { count } = await db
    .selectFrom(jobs.as('counted'))
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function findOldestDue(db: Db, kind: string, now: Date): Promise<number> {
  const oldest = await db
    .selectFrom('job')
    .select('run_at')
    .where('state', '=', 'waiting')
    .where('kind', '=', kind)
    .orderBy('run_at')
    .limit(1)
    .executeTakeFirst()
  // A job that a worker runs is due again at the end of its lease, and one that failed at its retry.
  const dueMs = oldest ? now.getTime() - Date.parse(oldest.run_at) : 0
  return Math.max(0, dueMs / 1000)
}

/** Counts all jobs that wait or run. */
export async function countWaitingJobs(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return Number(count)
}
