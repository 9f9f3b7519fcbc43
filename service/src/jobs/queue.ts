import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Dialect, Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import type { Database } from '../db/schema.ts'
import { allocateSlots, type ConcurrencyLimits, type SlotAllocation } from './concurrency.ts'
import { findDueGroups, type GroupColumn } from './due-groups.ts'
import type { Job, JobOutcome } from './job.ts'

/** How long a claim lasts; a worker that is alive renews it. */
export const LEASE_MS = 30_000

export const LEASE_RENEWAL_INTERVAL_MS = 8_000

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

interface Claim {
  worker: string
  /** The jobs that this worker is running; not claimed again even if a lease has ended. */
  running?: readonly Job[]
  kinds: readonly string[]
  limit: number
  now: Date
  /** Absent where owners need not take turns. */
  limits?: ConcurrencyLimits
}

/**
 * Claims due jobs under a lease; owners take turns, and of each the job due longest comes first. A job
 * whose lease has ended, because its worker died, is due again. Looks for jobs before it opens a
 * transaction, since a transaction blocks all other writers on SQLite.
 */
export async function claimJobs(db: Db, dialect: Dialect, claim: Claim): Promise<Job[]> {
  const { kinds, now, limit, running = [], limits = unlimited() } = claim
  const column = limits.perKey === undefined ? 'owner' : 'concurrency_key'
  const groups = await findDueGroups(db, { kinds, column, last: limits.failingKeys, now })
  const allocations = allocateSlots(groups, { running, limit, now }, limits)
  if (allocations.length === 0) return []
  return db.transaction().execute(async (trx) => {
    const jobs: Job[] = []
    for (const allocation of allocations) {
      jobs.push(...(await claimSlots(trx, dialect, claim, column, allocation)))
    }
    return jobs
  })
}

function unlimited(): ConcurrencyLimits {
  return { concurrency: Infinity, failingKeys: [], lastServed: new Map() }
}

async function claimSlots(
  trx: Trx,
  dialect: Dialect,
  { worker, running = [], now }: Claim,
  column: GroupColumn,
  { group, slots }: SlotAllocation,
): Promise<Job[]> {
  const runningIds = running.map(({ id }) => id)
  const ids = trx
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('kind', '=', group.kind)
    .where(column, '=', group.name)
    .where('run_at', '<=', now.toISOString())
    .$if(runningIds.length > 0, (query) => query.where('id', 'not in', runningIds))
    .orderBy('run_at')
    .limit(slots)
  const rows = await trx
    .updateTable('job')
    .set({ claim: worker, run_at: getLeaseEnd(now), attempts: sql`attempts + 1` })
    // SQLite has one writer at a time, and no `for update skip locked`.
    .where('id', 'in', dialect === 'postgres' ? ids.forUpdate().skipLocked() : ids)
    .returning(columns)
    .execute()
  return rows.map(toJob)
}

/** Renews the leases of the jobs that a worker has claimed. */
export async function renewLeases(db: Db, worker: string, now: Date): Promise<void> {
  const claimed = await db
    .selectFrom('job')
    .select('id')
    .where('claim', '=', worker)
    .executeTakeFirst()
  if (!claimed) return
  await db.transaction().execute((trx) =>
    trx
      .updateTable('job')
      .set({ run_at: getLeaseEnd(now) })
      .where('claim', '=', worker)
      .where('state', '=', 'waiting')
      .execute(),
  )
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

const columns = [
  'id',
  'kind',
  'payload',
  'attempts',
  'owner',
  'concurrency_key as concurrencyKey',
] as const

function toJob(row: Omit<Job, 'payload'> & { payload: string }): Job {
  return { ...row, payload: JSON.parse(row.payload) }
}

function getLeaseEnd(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString()
}
