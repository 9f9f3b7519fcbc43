import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Dialect, Trx } from '../db/database.ts'
import { allocateSlots, type ConcurrencyLimits, type SlotAllocation } from './concurrency.ts'
import type { Job } from './job.ts'

/** For how long a worker has a job to itself without a sign of life. */
const LEASE_MS = 30_000

/** Workers renew their leases well before they end. */
export const RENEW_MS = 8_000

interface NewJob {
  kind: string
  payload: unknown
  concurrencyKey?: string | null
  now: Date
}

/** Writes down that something shall happen, in the transaction that wants it. */
export async function enqueue(
  trx: Trx,
  { kind, payload, concurrencyKey = null, now }: NewJob,
): Promise<string> {
  const id = `job_${randomBytes(10).toString('hex')}`
  await trx
    .insertInto('job')
    .values({
      id,
      kind,
      payload: JSON.stringify(payload),
      target: concurrencyKey,
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
  /** What the worker has in hand, which it must not take a second time when a lease ended under it. */
  running?: readonly Job[]
  kinds: readonly string[]
  limit: number
  now: Date
  /** Where each target may have only so many at once: how many, and what runs already. */
  limits?: ConcurrencyLimits | undefined
}

/**
 * Takes jobs that are due under a lease, the longest waiting first. A job whose lease ended, because
 * its worker died, is due again like any other. Looks before it takes: with SQLite, who takes keeps
 * all others from writing.
 */
export async function claimJobs(db: Db, dialect: Dialect, claim: Claim): Promise<Job[]> {
  const shares = claim.limits
    ? await allocateSlots(db, claim, claim.limits)
    : await theWhole(db, claim)
  if (shares.length === 0) return []
  return db.transaction().execute(async (trx) => {
    const jobs: Job[] = []
    for (const { concurrencyKey, limit } of shares) {
      const room = Math.min(limit, claim.limit - jobs.length)
      if (room > 0) jobs.push(...(await take(trx, dialect, claim, { concurrencyKey, limit: room })))
    }
    return jobs
  })
}

async function theWhole(db: Db, claim: Claim): Promise<SlotAllocation[]> {
  return (await due(db, claim, claim).executeTakeFirst()) ? [{ limit: claim.limit }] : []
}

function due(
  db: Db | Trx,
  { running = [], kinds, now }: Claim,
  { concurrencyKey, limit }: SlotAllocation,
) {
  const inHand = running.map(({ id }) => id)
  return db
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('kind', 'in', kinds)
    .$if(concurrencyKey !== undefined, (query) => query.where('target', '=', concurrencyKey ?? ''))
    .where('run_at', '<=', now.toISOString())
    .$if(inHand.length > 0, (query) => query.where('id', 'not in', inHand))
    .orderBy('run_at')
    .limit(limit)
}

async function take(
  trx: Trx,
  dialect: Dialect,
  claim: Claim,
  share: SlotAllocation,
): Promise<Job[]> {
  const ids = due(trx, claim, share)
  const rows = await trx
    .updateTable('job')
    .set({ claim: claim.worker, run_at: leaseFrom(claim.now), attempts: sql`attempts + 1` })
    // SQLite has one writer at a time and no such words.
    .where('id', 'in', dialect === 'postgres' ? ids.forUpdate().skipLocked() : ids)
    .returning(columns)
    .execute()
  return rows.map(jobOf)
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

/**
 * Lets a job that has failed begin anew, or one that is done where that is meant too; gives it, or
 * undefined when there is none in such a state.
 */
export async function restartJob(
  trx: Trx,
  id: string,
  now: Date,
  states: readonly ('failed' | 'done')[] = ['failed'],
): Promise<Job | undefined> {
  const row = await trx
    .updateTable('job')
    .set({ state: 'waiting', run_at: now.toISOString(), attempts: 0, finished_at: null })
    .where('id', '=', id)
    .where('state', 'in', states)
    .returning(columns)
    .executeTakeFirst()
  return row && jobOf(row)
}

const columns = ['id', 'kind', 'payload', 'attempts', 'target as concurrencyKey'] as const

function jobOf(row: Omit<Job, 'payload'> & { payload: string }): Job {
  return { ...row, payload: JSON.parse(row.payload) }
}

function leaseFrom(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString()
}
