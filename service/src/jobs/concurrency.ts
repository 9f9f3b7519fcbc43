import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Job } from './job.ts'

/** How many due jobs may be claimed: of one concurrency key, or of the whole queue if it has no keys. */
export interface SlotAllocation {
  concurrencyKey?: string | undefined
  slots: number
}

/** How many jobs of each concurrency key a worker may run at once. */
export interface ConcurrencyLimits {
  perKey: number
  running: readonly Job[]
  /** Keys whose jobs keep failing: one job each, and `maxFailing` jobs together. */
  failingKeys: readonly string[]
  maxFailing: number
}

interface SlotRequest {
  kinds: readonly string[]
  limit: number
  now: Date
}

/**
 * Divides the free slots among the concurrency keys that have due jobs: the key that has waited
 * longest first, failing keys last, none beyond its own limit. A loose index scan steps from key to
 * key, so that ten thousand jobs of one key cost no more than one.
 */
export async function allocateSlots(
  db: Db,
  { kinds, limit, now }: SlotRequest,
  { perKey, running, failingKeys, maxFailing }: ConcurrencyLimits,
): Promise<SlotAllocation[]> {
  const runningByKey = new Map<string | null, number>()
  for (const { concurrencyKey } of running)
    runningByKey.set(concurrencyKey, (runningByKey.get(concurrencyKey) ?? 0) + 1)
  const isWaiting = sql`state = 'waiting' and kind in (${sql.join(kinds)})`
  const { rows } = await sql<{ concurrencyKey: string }>`
    with recursive waiting_key (concurrency_key) as (
      select min(concurrency_key) from job where ${isWaiting}
      union all
      select (
        select min(job.concurrency_key) from job
        where ${isWaiting} and job.concurrency_key > waiting_key.concurrency_key
      )
      from waiting_key where waiting_key.concurrency_key is not null
    )
    select concurrency_key as "concurrencyKey" from (
      select concurrency_key, (
        select min(run_at) from job
        where ${isWaiting} and job.concurrency_key = waiting_key.concurrency_key
      ) as since
      from waiting_key where concurrency_key is not null
    ) as waiting
    where since <= ${now.toISOString()}
    order by ${failingKeys.length === 0 ? sql`since` : sql`concurrency_key in (${sql.join(failingKeys)}), since`}
    limit ${limit + runningByKey.size}`.execute(db)
  const failing = new Set<string | null>(failingKeys)
  let failingSlots =
    maxFailing - running.filter(({ concurrencyKey }) => failing.has(concurrencyKey)).length
  return rows
    .map(({ concurrencyKey }) => {
      const alreadyRunning = runningByKey.get(concurrencyKey) ?? 0
      if (!failing.has(concurrencyKey)) return { concurrencyKey, slots: perKey - alreadyRunning }
      const slots = Math.min(1 - alreadyRunning, failingSlots)
      failingSlots -= Math.max(slots, 0)
      return { concurrencyKey, slots }
    })
    .filter(({ slots }) => slots > 0)
}
