import { Problem } from '@passwright/shared'
import type { Locale } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { toAsciiAddress } from '../email/address.ts'
import { signupOwner } from '../jobs/owner.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import type { KeyEmailPayload } from './deliver.ts'

/**
 * Queues an email with a key. Whether the address already has one is only checked when the email is
 * sent, so that neither the reply nor its timing reveals it.
 */
export async function requestApiKey(ctx: Context, email: string, locale: Locale): Promise<void> {
  const payload: KeyEmailPayload = { address: toAsciiAddress(email) ?? email, locale }
  await ctx.db
    .transaction()
    .execute((trx) => enqueue(trx, { kind: 'key', payload, owner: signupOwner, now: ctx.now() }))
}

/** Throws `signup_closed` if this service does not send keys by email. */
export function assertSignupOpen({ signup }: Pick<Context['config'], 'signup'>): void {
  if (signup === 'open') return
  throw new Problem(
    'signup_closed',
    'This server does not send API keys by email; ask its operator for one',
  )
}
