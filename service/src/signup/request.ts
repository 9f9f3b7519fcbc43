import { Problem } from '@passwright/shared'
import type { Locale } from '@passwright/shared/schema'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { toAsciiAddress } from '../email/address.ts'
import { enqueue } from '../jobs/queue.ts'
import type { KeyMail } from './deliver.ts'

/**
 * Writes down that an address wants a key. Whether it has one is found out when the mail is sent, so
 * that neither the answer nor its time tells.
 */
export async function requestApiKey(ctx: Context, email: string, locale: Locale): Promise<void> {
  const payload: z.infer<typeof KeyMail> = { address: toAsciiAddress(email) ?? email, locale }
  await ctx.db
    .transaction()
    .execute((trx) => enqueue(trx, { kind: 'key', payload, now: ctx.now() }))
}

/** Throws where keys are not given out by mail. */
export function assertSignupOpen({ signup }: Pick<Context['config'], 'signup'>): void {
  if (signup === 'open') return
  throw new Problem(
    'signup_closed',
    'This server gives out no keys by mail; ask whoever runs it for one',
  )
}
