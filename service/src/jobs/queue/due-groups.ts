import { sql } from 'kysely'
import type { Db } from '../../db/database.ts'

/** What jobs are grouped by: their owner, or their concurrency key, which belongs to one owner. */
export type GroupColumn = 'owner' | 'concurrency_key'

/** Waiting jobs of one kind and group, of which at least one is due. */
export interface DueGroup {
  kind: string
  /** The owner or the concurrency key. */
  name: string
  owner: string
  /** When the first of them became due. */
  since: string
}

interface GroupRequest {
  kinds: readonly string[]
  column: GroupColumn
  /** Groups that come after the others of their owner. */
  last: readonly string[]
  now: Date
}

/** More than any queue has slots. */
const MAX_GROUPS = 1_000

/**
 * Finds the groups with due jobs: the first one of each owner, then the second ones, and so on. A
 * loose index scan steps from group to group, so that 100,000 jobs of one owner cost no more than one.
 */
export async function findDueGroups(
  db: Db,
  { kinds, column, last, now }: GroupRequest,
): Promise<DueGroup[]> {
  const name = sql.ref(`job.${column}`)
  const kindRows = kinds.map((kind) => sql`select cast(${kind} as text) as kind`)
  const isLast =
    last.length === 0 ? sql`0` : sql`case when name in (${sql.join(last)}) then 1 else 0 end`
  // The index on owners has only jobs without a concurrency key.
  const isWaiting =
    column === 'owner'
      ? sql`job.state = 'waiting' and job.concurrency_key is null`
      : sql`job.state = 'waiting'`
  const firstJob = (column: 'owner' | 'run_at') => sql`
    select ${sql.ref(`job.${column}`)} from job
    where ${isWaiting} and job.kind = job_group.kind and ${name} = job_group.name
    order by run_at limit 1`
  const { rows } = await sql<DueGroup>`
    with recursive job_group (kind, name) as (
      select kind, (select min(${name}) from job where ${isWaiting} and job.kind = kinds.kind)
      from (${sql.join(kindRows, sql` union all `)}) as kinds
      union all
      select kind, (
        select min(${name}) from job
        where ${isWaiting} and job.kind = job_group.kind and ${name} > job_group.name
      )
      from job_group where name is not null
    )
    select kind, name, owner, since from (
      select due.*, row_number() over (partition by owner order by ${isLast}, since) as place
      from (
        select kind, name, (${firstJob('owner')}) as owner, (${firstJob('run_at')}) as since
        from job_group where name is not null
      ) as due
      where since <= ${now.toISOString()}
    ) as ordered
    order by place, since
    limit ${MAX_GROUPS}`.execute(db)
  return rows
}
