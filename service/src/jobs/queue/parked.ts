import type { SelectQueryBuilder } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import type { Queue } from '../job.ts'
import { getLongestWaitMs } from '../retry-schedule.ts'
import { LEASE_MS } from './claim.ts'

/**
 * Makes jobs due that wait longer than any retry or lease can explain: the clock was ahead when their
 * time was set. Clocks of other instances may be ahead by a lease.
 */
export async function releaseParkedJobs(
  db: Db,
  queues: readonly Queue[],
  now: Date,
): Promise<void> {
  const waiting = db.selectFrom('job').select('id').where('state', '=', 'waiting')
  for (const [kind, handler] of queues.flatMap(({ handlers }) => Object.entries(handlers))) {
    const latest = addMs(now, getLongestWaitMs(handler) + LEASE_MS)
    await makeDue(db, waiting.where('kind', '=', kind).where('run_at', '>', latest), now)
  }
  const latest = addMs(now, 2 * LEASE_MS)
  await makeDue(db, waiting.where('claim', 'is not', null).where('run_at', '>', latest), now)
}

/** Looks before it writes, since a write blocks all other writers on SQLite. */
async function makeDue(
  db: Db,
  jobs: SelectQueryBuilder<Database, 'job', { id: string }>,
  now: Date,
): Promise<void> {
  if (!(await jobs.limit(1).executeTakeFirst())) return
  const change = { run_at: now.toISOString() }
  await db.updateTable('job').set(change).where('id', 'in', jobs).execute()
}

function addMs(date: Date, ms: number): string {
  return new Date(date.getTime() + ms).toISOString()
}
