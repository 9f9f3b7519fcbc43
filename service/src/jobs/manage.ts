import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { findHandler, type Queue } from './job.ts'
import { restartJob } from './queue.ts'

/** A job as `jobs list` shows it. */
export interface JobSummary {
  id: string
  kind: string
  /** The id of the mail or delivery that it is about; null where there is none. */
  about: string | null
  state: string
  attempts: number
  runAt: string
  reason: string | null
  createdAt: string
}

const MAX_LISTED = 1_000

/** Lists the jobs that have failed, then those that are waiting, each oldest first; 1,000 at most. */
export async function listJobs(db: Db, queues: readonly Queue[]): Promise<JobSummary[]> {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'kind', 'payload', 'state', 'attempts', 'run_at', 'reason', 'created_at'])
    .where('state', 'in', ['failed', 'waiting'])
    .orderBy('state')
    .orderBy('created_at')
    .limit(MAX_LISTED)
    .execute()
  return rows.map(({ payload, run_at, created_at, ...row }) => ({
    ...row,
    about: findHandler(queues, row.kind)?.toSubjectId?.(JSON.parse(payload)) ?? null,
    runAt: run_at,
    createdAt: created_at,
  }))
}

/** Restarts a failed job, with all its attempts; false if no job with this id has failed. */
export async function retryJob(
  ctx: Context,
  queues: readonly Queue[],
  id: string,
): Promise<boolean> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const job = await restartJob(trx, id, now)
    if (!job) return false
    const handler = findHandler(queues, job.kind)
    await handler?.record(trx, ctx, job, { state: 'waiting', reason: undefined, now })
    return true
  })
}

interface JobGroup {
  kind: string
  concurrencyKeys: readonly string[]
}

/** Fails the waiting jobs of one kind with these concurrency keys, except those that a worker has claimed. */
export async function failWaitingJobs(
  trx: Trx,
  { kind, concurrencyKeys }: JobGroup,
  reason: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('job')
    .set({ state: 'failed', reason, finished_at: now.toISOString() })
    .where('state', '=', 'waiting')
    .where('kind', '=', kind)
    .where('concurrency_key', 'in', concurrencyKeys)
    .where('claim', 'is', null)
    .execute()
}

/** Deletes the waiting jobs of one kind with these concurrency keys, except those that a worker has claimed. */
export async function deleteWaitingJobs(
  trx: Trx,
  { kind, concurrencyKeys }: JobGroup,
): Promise<void> {
  await trx
    .deleteFrom('job')
    .where('state', '=', 'waiting')
    .where('kind', '=', kind)
    .where('concurrency_key', 'in', concurrencyKeys)
    .where('claim', 'is', null)
    .execute()
}
