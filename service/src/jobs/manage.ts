import type { Db } from '../db/database.ts'
import { findHandler } from '../job-handlers.ts'

/** A job as `jobs list` tells of it. */
export interface JobSummary {
  id: string
  kind: string
  /** The id by which callers know what it is about, such as a mail's; null where they know none. */
  about: string | null
  state: string
  attempts: number
  runAt: string
  reason: string | null
  createdAt: string
}

/** As many as anybody reads. */
const MOST = 1_000

/** What is not done: the failed ones first, then what waits, oldest first. */
export async function listJobs(db: Db): Promise<JobSummary[]> {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'kind', 'payload', 'state', 'attempts', 'run_at', 'reason', 'created_at'])
    .where('state', 'in', ['failed', 'waiting'])
    .orderBy('state')
    .orderBy('created_at')
    .limit(MOST)
    .execute()
  return rows.map(({ payload, run_at, created_at, ...row }) => ({
    ...row,
    about: findHandler(row.kind)?.about?.(JSON.parse(payload)) ?? null,
    runAt: run_at,
    createdAt: created_at,
  }))
}
