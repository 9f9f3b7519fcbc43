import type { ExpressionBuilder } from 'kysely'
import type { Db, Dialect, Trx } from '../../db/database.ts'
import { createId } from '../../db/ids.ts'
import { signalJob } from '../../db/job-signal.ts'
import type { Database } from '../../db/schema.ts'
import type { Job, JobOutcome } from '../job.ts'
import { LEASE_MS } from './claim.ts'
import { columns, toJob } from './job-row.ts'

/** A job to add to its queue. */
export interface NewJob {
  kind: string
  payload: unknown
  owner: string
  concurrencyKey?: string | null
  now: Date
  /** When it is due; at once when absent. */
  runAt?: Date
}

/** Adds a job to its queue, in the transaction of the change that it follows from; returns its id. */
export async function enqueue(trx: Trx, job: NewJob): Promise<string> {
  const [id = ''] = await enqueueAll(trx, [job])
  return id
}

/** Few enough values for one statement. */
const BATCH_SIZE = 500

/** Adds jobs like `enqueue`; returns their ids in the same order. */
export async function enqueueAll(trx: Trx, jobs: readonly NewJob[]): Promise<string[]> {
  const rows = jobs.map(({ kind, payload, owner, concurrencyKey = null, now, runAt = now }) => ({
    id: createId('job'),
    kind,
    payload: JSON.stringify(payload),
    owner,
    concurrency_key: concurrencyKey,
    state: 'waiting',
    run_at: runAt.toISOString(),
    attempts: 0,
    created_at: now.toISOString(),
  }))
  for (let start = 0; start < rows.length; start += BATCH_SIZE) {
    const batch = rows.slice(start, start + BATCH_SIZE)
    await trx.insertInto('job').values(batch).execute()
  }
  for (const kind of new Set(jobs.map((job) => job.kind))) await signalJob(trx, kind)
  return rows.map(({ id }) => id)
}

/**
 * Finds which of these jobs wait and have not begun. No worker begins them before the transaction ends,
 * so that they see what it changes.
 */
export async function holdWaitingJobs(
  trx: Trx,
  dialect: Dialect,
  ids: readonly string[],
): Promise<Set<string>> {
  const held = new Set<string>()
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    const rows = await trx
      .selectFrom('job')
      .select('id')
      .where('id', 'in', ids.slice(start, start + BATCH_SIZE))
      .where('state', '=', 'waiting')
      .where('claim', 'is', null)
      // On SQLite, a transaction locks the whole database.
      .$if(dialect === 'postgres', (query) => query.forUpdate())
      .execute()
    for (const { id } of rows) held.add(id)
  }
  return held
}

/** Deletes a job that waits and has not begun. */
export async function deleteWaitingJob(db: Db | Trx, id: string): Promise<void> {
  await db
    .deleteFrom('job')
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('claim', 'is', null)
    .execute()
}

/** The next state of a job whose attempt has ended. */
export type Transition =
  | { state: 'done' }
  | { state: 'failed'; reason: string }
  | { state: 'waiting'; reason: string; runAt: Date; attempts: number }

/** Ends a worker's claim with the next state of the job; false if another worker has claimed it since. */
export async function finishAttempt(
  trx: Trx,
  worker: string,
  { id }: Job,
  next: Transition,
  now: Date,
): Promise<boolean> {
  const change =
    next.state === 'waiting'
      ? { run_at: next.runAt.toISOString(), attempts: next.attempts, reason: next.reason }
      : { finished_at: now.toISOString(), reason: next.state === 'failed' ? next.reason : null }
  const { numUpdatedRows } = await trx
    .updateTable('job')
    .set({ ...change, state: next.state, claim: null })
    .where('id', '=', id)
    .where('claim', '=', worker)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes those of these jobs that a worker has claimed; returns their ids. */
export async function deleteClaimed(
  db: Db,
  worker: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .deleteFrom('job')
    .where('id', 'in', ids)
    .where('claim', '=', worker)
    .returning('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/**
 * Restarts a job that is in one of these states, with all its attempts; not one that a worker is
 * running. Returns the job, or undefined if there is none in such a state.
 */
export async function restartJob(
  trx: Trx,
  id: string,
  now: Date,
  states: readonly JobOutcome['state'][],
): Promise<Job | undefined> {
  const row = await trx
    .updateTable('job')
    .set({
      state: 'waiting',
      run_at: now.toISOString(),
      attempts: 0,
      finished_at: null,
      claim: null,
    })
    .where('id', '=', id)
    .where('state', 'in', states)
    .where(isNotRunning(now))
    .returning(columns)
    .executeTakeFirst()
  if (row) await signalJob(trx, row.kind)
  return row && toJob(row)
}

/** Fails those of these jobs that wait, except those that a worker is running; returns the failed ones. */
export async function failJobs(
  trx: Trx,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<Job[]> {
  const rows = await trx
    .updateTable('job')
    .set({ state: 'failed', reason, finished_at: now.toISOString(), claim: null })
    .where('id', 'in', ids)
    .where('state', '=', 'waiting')
    .where(isNotRunning(now))
    .returning(columns)
    .execute()
  return rows.map(toJob)
}

/** A claim whose lease has ended, or lies further ahead than a lease can, is that of a dead worker. */
function isNotRunning(now: Date) {
  const latest = new Date(now.getTime() + 2 * LEASE_MS)
  return (eb: ExpressionBuilder<Database, 'job'>) =>
    eb.or([
      eb('claim', 'is', null),
      eb('run_at', '<=', now.toISOString()),
      eb('run_at', '>', latest.toISOString()),
    ])
}
