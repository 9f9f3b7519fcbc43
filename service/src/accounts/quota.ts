import { Problem } from '@passwright/shared'
import type { Usage } from '@passwright/shared/schema'
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { prepareQuery } from '../db/prepared-query.ts'
import type { ApiKey } from './api-key.ts'
import { createUnauthorized, findActiveKey } from './auth.ts'
import { plans } from './plans.ts'

/** Counts a pass of this month, in the transaction that stores it; throws `quota_exceeded` at the limit. */
export async function consumeQuota(
  trx: Trx,
  ctx: Pick<Context, 'config'>,
  key: ApiKey,
  now: Date,
): Promise<void> {
  const limit = getLimit(ctx, key)
  const isCounted = await incrementCounter(trx, 'quota', {
    keyId: key.id,
    period: toMonth(now),
    limit,
  })
  if (!isCounted) throw createQuotaExceeded(limit ?? 0, now)
}

/**
 * Throws `quota_exceeded` when this month's passes are used up, before the work of signing. Only
 * `consumeQuota` counts and decides.
 */
export async function assertQuotaLeft(ctx: Context, key: ApiKey, now: Date): Promise<void> {
  const limit = getLimit(ctx, key)
  if (limit !== null && (await countPasses(ctx.db, key.id, now)) >= limit) {
    throw createQuotaExceeded(limit, now)
  }
}

/** Gets this month's usage, as `GET /api/auth/usage` returns it. */
export async function getUsage(ctx: Context, key: ApiKey): Promise<Usage> {
  const now = ctx.now()
  const limit = getLimit(ctx, key)
  const count = await countPasses(ctx.db, key.id, now)
  return {
    count,
    limit,
    remaining: limit === null ? null : Math.max(0, limit - count),
    resetDate: getNextMonth(now).toISOString(),
    plan: key.plan,
    name: key.name,
    scopes: key.scopes === null ? null : [...key.scopes],
    expiresAt: key.expiresAt,
  }
}

/** Counts an email of the UTC day, in the transaction that queues it; throws `email_limit` at the limit. */
export async function consumeEmailLimit(
  trx: Trx,
  { mailDailyLimits }: Pick<Context['config'], 'mailDailyLimits'>,
  keyId: string,
  now: Date,
): Promise<void> {
  const key = await findActiveKey(trx, keyId, now)
  if (!key) throw createUnauthorized()
  const limit = plans[key.plan].emailLimit(mailDailyLimits)
  const period = now.toISOString().slice(0, 10)
  if (await incrementCounter(trx, 'email_count', { keyId, period, limit })) return
  const reset = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
  throw new Problem(
    'email_limit',
    `Today's emails are used up. Limit: ${limit}/day. Resets: ${reset.toISOString()}`,
    { retryAfterSeconds: countSeconds(now, reset) },
  )
}

/** The number of passes that the key's plan allows per month; null for any number. */
function getLimit({ config }: Pick<Context, 'config'>, { plan }: ApiKey): number | null {
  return plans[plan].limit(config.planLimits)
}

/** Counts the passes that the key created in the month of an instant. */
async function countPasses(db: Db, keyId: string, instant: Date): Promise<number> {
  const row = await db
    .selectFrom('quota')
    .select('used')
    .where('key_id', '=', keyId)
    .where('month', '=', toMonth(instant))
    .executeTakeFirst()
  return row?.used ?? 0
}

/** The 429 with the limit and the time of its next reset. */
function createQuotaExceeded(limit: number, now: Date): Problem {
  const reset = getNextMonth(now)
  return new Problem(
    'quota_exceeded',
    `Rate limit exceeded. Limit: ${limit}/month. Resets: ${reset.toISOString()}`,
    { retryAfterSeconds: countSeconds(now, reset) },
  )
}

/** The UTC month of an instant, such as `2027-01`. */
export function toMonth(instant: Date): string {
  return instant.toISOString().slice(0, 7)
}

/** The first instant of the next UTC month. */
function getNextMonth(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 1))
}

function countSeconds(start: Date, end: Date): number {
  return Math.ceil((end.getTime() - start.getTime()) / 1000)
}

/** The tables that count per key and period, with their column for the period. */
const counters = {
  quota: prepareCounter('quota', 'month'),
  email_count: prepareCounter('email_count', 'day'),
}

/**
 * Adds one to a counter; false when it has reached its limit (null for none). It is one statement, so
 * concurrent transactions wait for the row lock and see each other's count.
 */
async function incrementCounter(
  trx: Trx,
  table: keyof typeof counters,
  { limit, ...counted }: { keyId: string; period: string; limit: number | null },
): Promise<boolean> {
  const { rows } = await counters[table](trx, { ...counted, limit: limit ?? 2_147_483_647 })
  return rows.length > 0
}

function prepareCounter(table: string, period: string) {
  const [counter, column, used] = [sql.table(table), sql.ref(period), sql.ref(`${table}.used`)]
  return prepareQuery<{ keyId: string; period: string; limit: number }>()((trx, values) =>
    sql`
      insert into ${counter} (key_id, ${column}, used)
      select ${values.keyId}, ${values.period}, 1 where cast(${values.limit} as integer) > 0
      on conflict (key_id, ${column}) do update set used = ${used} + 1
      where ${used} < cast(${values.limit} as integer)
      returning used`.compile(trx),
  )
}
