import { sql } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Job } from './job.ts'

/** How many jobs may be taken at most of what is due, for one target where there are several. */
export interface SlotAllocation {
  concurrencyKey?: string | undefined
  limit: number
}

/** How many jobs each target may have at once with a worker, and what it has in hand. */
export interface ConcurrencyLimits {
  perKey: number
  running: readonly Job[]
  /** The targets that do nothing but fail, and how many jobs they may have together. */
  failing: readonly string[]
  maxFailing: number
}

interface Wanted {
  kinds: readonly string[]
  limit: number
  now: Date
}

/**
 * What each target may get of the room there is, whoever waits longest first: targets that have all
 * they may are passed over, and those that do nothing but fail come after the others. Goes from one target to the next in the index (a loose index scan), so
 * that ten thousand jobs of one target cost no more than one.
 */
export async function allocateSlots(
  db: Db,
  { kinds, limit, now }: Wanted,
  { perKey, running, failing, maxFailing }: ConcurrencyLimits,
): Promise<SlotAllocation[]> {
  const counts = new Map<string | null, number>()
  for (const { concurrencyKey } of running)
    counts.set(concurrencyKey, (counts.get(concurrencyKey) ?? 0) + 1)
  const waits = sql`state = 'waiting' and kind in (${sql.join(kinds)})`
  const { rows } = await sql<{ target: string }>`
    with recursive line (target) as (
      select min(target) from job where ${waits}
      union all
      select (select min(job.target) from job where ${waits} and job.target > line.target)
      from line where line.target is not null
    )
    select target from (
      select target, (select min(run_at) from job where ${waits} and job.target = line.target) as since
      from line where target is not null
    ) as waiting
    where since <= ${now.toISOString()}
    order by ${failing.length === 0 ? sql`since` : sql`target in (${sql.join(failing)}), since`}
    limit ${limit + counts.size}`.execute(db)
  const isAiling = new Set<string | null>(failing)
  let left =
    maxFailing - running.filter(({ concurrencyKey }) => isAiling.has(concurrencyKey)).length
  return rows
    .map(({ target }) => {
      const has = counts.get(target) ?? 0
      if (!isAiling.has(target)) return { target, limit: perKey - has }
      const share = Math.min(1 - has, left)
      left -= Math.max(share, 0)
      return { target, limit: share }
    })
    .filter((share) => share.limit > 0)
}

/** Whom jobs of one kind are for. */
interface Addressee {
  kind: string
  target: string
}

/** Gives up what waits for a target and is in nobody's hands. */
export async function failWaitingJobs(
  trx: Trx,
  { kind, target }: Addressee,
  reason: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('job')
    .set({ state: 'failed', reason, finished_at: now.toISOString() })
    .where('state', '=', 'waiting')
    .where('kind', '=', kind)
    .where('target', '=', target)
    .where('claim', 'is', null)
    .execute()
}

/** Forgets what waits for a target and is in nobody's hands. */
export async function deleteWaitingJobs(trx: Trx, { kind, target }: Addressee): Promise<void> {
  await trx
    .deleteFrom('job')
    .where('state', '=', 'waiting')
    .where('kind', '=', kind)
    .where('target', '=', target)
    .where('claim', 'is', null)
    .execute()
}
