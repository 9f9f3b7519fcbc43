import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Db } from '../db/database.ts'
import { type PlanName, planNames, plans } from './plans.ts'
import { toMonth } from './quota.ts'

/** What the API keys of a plan have used. */
export interface UsageSummary {
  plan: PlanName
  /** Active keys. */
  keys: number
  /** Passes that were created since the first day, and since the month began (UTC). */
  passes: number
  passesThisMonth: number
  /** Keys that have used all of this month's passes, and those that have used 80 % or more. */
  usedUp: number
  nearlyUsedUp: number
}

const NEARLY = 0.8

/** Sums up the usage of all keys, by plan. Reads every count of every month: not for each request. */
export async function summarizeUsage(
  db: Db,
  { planLimits }: Pick<Context['config'], 'planLimits'>,
  now: Date,
): Promise<UsageSummary[]> {
  const summaries: UsageSummary[] = []
  for (const plan of planNames) {
    const limit = plans[plan].limit(planLimits) ?? Number.MAX_SAFE_INTEGER
    const month = toMonth(now)
    const { rows } = await sql<Record<Exclude<keyof UsageSummary, 'plan'>, number | string>>`
      select
        (select count(*) from api_key where plan = ${plan} and revoked_at is null) as keys,
        coalesce(sum(used), 0) as passes,
        coalesce(sum(case when month = ${month} then used else 0 end), 0) as "passesThisMonth",
        coalesce(sum(case when month = ${month} and used >= cast(${limit} as bigint) then 1 else 0 end), 0)
          as "usedUp",
        coalesce(sum(case when month = ${month} and used >= cast(${Math.ceil(limit * NEARLY)} as bigint) then 1 else 0 end), 0)
          as "nearlyUsedUp"
      from quota join api_key on api_key.id = quota.key_id
      where api_key.plan = ${plan}`.execute(db)
    const counts = Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)])
    summaries.push({ plan, ...Object.fromEntries(counts) })
  }
  return summaries
}
