import type { ExpressionBuilder } from 'kysely'
import type { Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import type { Database } from '../db/schema.ts'
import { LEASE_MS } from './claim.ts'
import type { Job, JobOutcome } from './job.ts'
import { columns, toJob } from './job-row.ts'

interface NewJob {
  kind: string
  payload: unknown
  owner: string
  concurrencyKey?: string | null
  now: Date
}

/** Adds a job to its queue, in the transaction of the change that it follows from; returns its id. */
export async function enqueue(
  trx: Trx,
  { kind, payload, owner, concurrencyKey = null, now }: NewJob,
): Promise<string> {
  const id = createId('job')
  await trx
    .insertInto('job')
    .values({
      id,
      kind,
      payload: JSON.stringify(payload),
      owner,
      concurrency_key: concurrencyKey,
      state: 'waiting',
      run_at: now.toISOString(),
      attempts: 0,
      created_at: now.toISOString(),
    })
    .execute()
  return id
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
