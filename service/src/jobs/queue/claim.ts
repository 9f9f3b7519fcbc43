import { sql } from 'kysely'
import type { Db, Dialect, Trx } from '../../db/database.ts'
import type { Job } from '../job.ts'
import { allocateSlots, type ConcurrencyLimits, type SlotAllocation } from './concurrency.ts'
import { findDueGroups, type GroupColumn } from './due-groups.ts'
import { columns, toJob } from './job-row.ts'

/** How long a claim lasts; a worker that is alive renews it. */
export const LEASE_MS = 30_000

export const LEASE_RENEWAL_INTERVAL_MS = 8_000

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
  const [first, ...others] = allocations
  if (!first) return []
  // One statement needs no transaction around it.
  if (others.length === 0) return claimSlots(db, dialect, claim, column, first)
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
  db: Db | Trx,
  dialect: Dialect,
  { worker, running = [], now }: Claim,
  column: GroupColumn,
  { group, slots }: SlotAllocation,
): Promise<Job[]> {
  const runningIds = running.map(({ id }) => id)
  const ids = db
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('kind', '=', group.kind)
    .$if(column === 'owner', (query) => query.where('concurrency_key', 'is', null))
    .where(column, '=', group.name)
    .where('run_at', '<=', now.toISOString())
    .$if(runningIds.length > 0, (query) => query.where('id', 'not in', runningIds))
    .orderBy('run_at')
    .limit(slots)
  const rows = await db
    .updateTable('job')
    .set({ claim: worker, run_at: getLeaseEnd(now), attempts: sql`attempts + 1` })
    // SQLite has one writer at a time, and no `for update skip locked`.
    .where('id', 'in', dialect === 'postgres' ? ids.forUpdate().skipLocked() : ids)
    .returning(columns)
    .execute()
  return rows.map(toJob)
}

/** Renews the leases of these jobs, as far as a worker still has them; not of those that end just now. */
export async function renewLeases(
  db: Db,
  dialect: Dialect,
  worker: string,
  jobs: readonly Pick<Job, 'id'>[],
  now: Date,
): Promise<void> {
  if (jobs.length === 0) return
  const ids = db
    .selectFrom('job')
    .select('id')
    .where(
      'id',
      'in',
      jobs.map(({ id }) => id),
    )
    .where('claim', '=', worker)
    .where('state', '=', 'waiting')
  await db
    .updateTable('job')
    .set({ run_at: getLeaseEnd(now) })
    // Jobs that end are locked in another order: waiting for one could be a deadlock.
    .where('id', 'in', dialect === 'postgres' ? ids.forUpdate().skipLocked() : ids)
    .execute()
}

function getLeaseEnd(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString()
}
