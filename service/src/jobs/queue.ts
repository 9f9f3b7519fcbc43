import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Job } from './job.ts'

/** For how long a worker has a job to itself without a sign of life. */
const LEASE_MS = 30_000

/** Workers renew their leases well before they end. */
export const RENEW_MS = 8_000

/** Writes down that something shall happen, in the transaction that wants it. */
export async function enqueue(
  trx: Trx,
  { kind, payload, now }: { kind: string; payload: unknown; now: Date },
): Promise<string> {
  const id = `job_${randomBytes(10).toString('hex')}`
  await trx
    .insertInto('job')
    .values({
      id,
      kind,
      payload: JSON.stringify(payload),
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
  kinds: readonly string[]
  limit: number
  now: Date
}

/**
 * Takes jobs that are due under a lease, the longest waiting first. A job whose lease ended, because
 * its worker died, is due again like any other. Looks before it takes: with SQLite, who takes keeps
 * all others from writing.
 */
export async function claimJobs(
  db: Db,
  dialect: 'sqlite' | 'postgres',
  { worker, kinds, limit, now }: Claim,
): Promise<Job[]> {
  const due = (handle: Db | Trx) =>
    handle
      .selectFrom('job')
      .select('id')
      .where('state', '=', 'waiting')
      .where('kind', 'in', kinds)
      .where('run_at', '<=', now.toISOString())
      .orderBy('run_at')
      .limit(limit)
  if (!(await due(db).executeTakeFirst())) return []
  const rows = await db.transaction().execute((trx) =>
    trx
      .updateTable('job')
      .set({ claim: worker, run_at: leaseFrom(now), attempts: sql`attempts + 1` })
      // SQLite has one writer at a time and no such words.
      .where('id', 'in', dialect === 'postgres' ? due(trx).forUpdate().skipLocked() : due(trx))
      .returning(['id', 'kind', 'payload', 'attempts'])
      .execute(),
  )
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) }))
}

/** Keeps what a worker has claimed its own for longer. */
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
      .set({ run_at: leaseFrom(now) })
      .where('claim', '=', worker)
      .where('state', '=', 'waiting')
      .execute(),
  )
}

/** What to write down of a job whose attempt has ended. */
export type Ending =
  | { state: 'done' }
  | { state: 'failed'; reason: string }
  | { state: 'waiting'; reason: string; runAt: Date; attempts: number }

/** Ends a worker's attempt; false when its lease was lost meanwhile and another has the job. */
export async function endAttempt(
  trx: Trx,
  worker: string,
  { id }: Job,
  ending: Ending,
  now: Date,
): Promise<boolean> {
  const change =
    ending.state === 'waiting'
      ? { run_at: ending.runAt.toISOString(), attempts: ending.attempts, reason: ending.reason }
      : {
          finished_at: now.toISOString(),
          reason: ending.state === 'failed' ? ending.reason : null,
        }
  const { numUpdatedRows } = await trx
    .updateTable('job')
    .set({ ...change, state: ending.state, claim: null })
    .where('id', '=', id)
    .where('claim', '=', worker)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A job as `jobs list` tells of it. */
export interface JobSummary {
  id: string
  kind: string
  state: string
  attempts: number
  runAt: string
  reason: string | null
  createdAt: string
}

/** What is not done: the failed ones first, then what waits, oldest first. */
export async function listJobs(db: Db): Promise<JobSummary[]> {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'kind', 'state', 'attempts', 'run_at', 'reason', 'created_at'])
    .where('state', 'in', ['failed', 'waiting'])
    .orderBy('state')
    .orderBy('created_at')
    .limit(1_000)
    .execute()
  return rows.map(({ run_at, created_at, ...row }) => ({
    ...row,
    runAt: run_at,
    createdAt: created_at,
  }))
}

/** Lets a job that has failed begin anew; gives it, or undefined when none with this id has failed. */
export async function restartJob(trx: Trx, id: string, now: Date): Promise<Job | undefined> {
  const row = await trx
    .updateTable('job')
    .set({ state: 'waiting', run_at: now.toISOString(), attempts: 0, finished_at: null })
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .returning(['id', 'kind', 'payload', 'attempts'])
    .executeTakeFirst()
  return row && { ...row, payload: JSON.parse(row.payload) }
}

function leaseFrom(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString()
}
