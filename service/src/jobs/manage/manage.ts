import type { Context } from '../../context.ts'
import type { Db, Trx } from '../../db/database.ts'
import { findHandler, type Queue } from '../job.ts'
import { resumeQueue } from '../outage.ts'
import { listOwners } from '../owner.ts'
import { failJobs, restartJob } from '../queue/queue.ts'

/** A job as `jobs list` shows it. */
export interface JobSummary {
  id: string
  kind: string
  /** The id of the mail or delivery that it is about; null where there is none. */
  about: string | null
  /** Whose turn it takes: the id of a key, or a name of its own. */
  owner: string
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
    .select([
      'id',
      'kind',
      'payload',
      'owner',
      'state',
      'attempts',
      'run_at',
      'reason',
      'created_at',
    ])
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

/**
 * Makes a failed or waiting job due at once, with all its attempts, and ends a pause of its queue;
 * false if there is no such job, or a worker is running it.
 */
export async function retryJob(
  ctx: Context,
  queues: readonly Queue[],
  id: string,
): Promise<boolean> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const job = await restartJob(trx, id, now, ['failed', 'waiting'])
    if (!job) return false
    const queue = queues.find(({ handlers }) => Object.hasOwn(handlers, job.kind))
    if (queue) await resumeQueue(trx, queue.name, now)
    const outcome = { state: 'waiting', reason: undefined, now } as const
    await queue?.handlers[job.kind]?.record(trx, ctx, job, outcome)
    return true
  })
}

const DROPPED_REASON = 'The operator of this service dropped it before it was sent'

/** Few enough that no other transaction waits noticeably. */
const DROP_BATCH_SIZE = 50

/** Which jobs to drop: one, or all of a key. */
export type DropRequest = { id: string } | { keyId: string }

/**
 * Fails waiting jobs, as if their last attempt had failed, so that what they are about shows it.
 * Jobs that a worker is running are left; returns how many there were of both.
 */
export async function dropJobs(
  ctx: Context,
  queues: readonly Queue[],
  request: DropRequest,
): Promise<{ dropped: number; running: number }> {
  // Read once: the failures of emails may queue new deliveries.
  const ids = await findWaitingIds(ctx.db, request)
  let dropped = 0
  for (let start = 0; start < ids.length; start += DROP_BATCH_SIZE) {
    const batch = ids.slice(start, start + DROP_BATCH_SIZE)
    dropped += await ctx.db.transaction().execute((trx) => dropBatch(trx, ctx, queues, batch))
  }
  return { dropped, running: ids.length - dropped }
}

async function findWaitingIds(db: Db, request: DropRequest): Promise<string[]> {
  const waiting = db.selectFrom('job').select('id').where('state', '=', 'waiting')
  const rows = await ('id' in request
    ? waiting.where('id', '=', request.id)
    : waiting.where('owner', 'in', listOwners(request.keyId))
  ).execute()
  return rows.map(({ id }) => id)
}

async function dropBatch(
  trx: Trx,
  ctx: Context,
  queues: readonly Queue[],
  ids: readonly string[],
): Promise<number> {
  const now = ctx.now()
  const jobs = await failJobs(trx, ids, DROPPED_REASON, now)
  for (const job of jobs) {
    const outcome = { state: 'failed', reason: DROPPED_REASON, now } as const
    await findHandler(queues, job.kind)?.record(trx, ctx, job, outcome)
  }
  return jobs.length
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
