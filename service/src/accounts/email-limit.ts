import { Problem } from '@passwright/shared'
import type { Trx } from '../db/database.ts'
import { incrementCounter } from './counters.ts'

/** Counts a mail of the UTC day, in the transaction that asks for it; `email_limit` beyond the limit. */
export async function consumeEmailLimit(
  trx: Trx,
  { keyId, limit, now }: { keyId: string; limit: number; now: Date },
): Promise<void> {
  const period = now.toISOString().slice(0, 10)
  if (await incrementCounter(trx, 'email_count', { keyId, period, limit })) return
  const reset = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
  const seconds = Math.ceil((reset.getTime() - now.getTime()) / 1000)
  throw new Problem(
    'email_limit',
    `The mails of today are used up. Limit: ${limit}/day. Resets: ${reset.toISOString()}`,
    { headers: { 'Retry-After': String(seconds) } },
  )
}
