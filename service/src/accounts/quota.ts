import { Problem } from '@passwright/shared'
import type { Usage } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import type { ApiKey } from './api-key.ts'
import { incrementCounter } from './counters.ts'
import { plans } from './plans.ts'

/** The UTC month that an instant falls into, `2027-01`. */
export function toMonth(instant: Date): string {
  return instant.toISOString().slice(0, 7)
}

/** The first instant of the next UTC month. */
export function startOfNextMonth(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 1))
}

/** How many passes the key has made in the month of that instant. */
export async function countPassesInMonth(
  db: Db | Trx,
  keyId: string,
  instant: Date,
): Promise<number> {
  const row = await db
    .selectFrom('quota')
    .select('used')
    .where('key_id', '=', keyId)
    .where('month', '=', toMonth(instant))
    .executeTakeFirst()
  return row?.used ?? 0
}

/** Spends one pass of the month, in the transaction that stores it; `quota_exceeded` at the limit. */
export async function consumeQuota(
  trx: Trx,
  { keyId, limit, now }: { keyId: string; limit: number | null; now: Date },
): Promise<void> {
  const spent = await incrementCounter(trx, 'quota', { keyId, period: toMonth(now), limit })
  if (!spent) throw quotaExceeded(limit ?? 0, now)
}

/** The 429 that tells the limit and when it starts anew. */
export function quotaExceeded(limit: number, now: Date): Problem {
  const reset = startOfNextMonth(now)
  const seconds = Math.ceil((reset.getTime() - now.getTime()) / 1000)
  return new Problem(
    'quota_exceeded',
    `Rate limit exceeded. Limit: ${limit}/month. Resets: ${reset.toISOString()}`,
    { headers: { 'Retry-After': String(seconds) } },
  )
}

/** What `GET /api/auth/usage` tells. */
export async function getUsage(ctx: Context, key: ApiKey): Promise<Usage> {
  const now = ctx.now()
  const limit = plans[key.plan].limit(ctx.config.planLimits)
  const count = await countPassesInMonth(ctx.db, key.id, now)
  return {
    count,
    limit,
    remaining: limit === null ? null : Math.max(0, limit - count),
    resetDate: startOfNextMonth(now).toISOString(),
    plan: key.plan,
    name: key.name,
  }
}
