import { Problem } from '@passwright/shared'
import type { ForgottenPerson } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { countTraces } from '../db/traces.ts'
import { normalizeAddress } from '../email/address.ts'
import { forgetReasons } from '../jobs/outage.ts'
import { findPassesOfPerson } from './find.ts'
import { forgetPasses } from './forget-passes.ts'
import { queueForgetting } from './queue.ts'
import { countWallets } from './wallets.ts'

/** So many passes are forgotten at once; a job forgets the others of a person. */
const MAX_AT_ONCE = 200

const PAGE_SIZE = 100

/** Forgets a person of whom an owner holds passes; throws `not_found` when there are none. */
export async function forgetPerson(
  ctx: Context,
  { id: keyId }: Pick<ApiKey, 'id'>,
  email: string,
): Promise<ForgottenPerson> {
  const forgotten = await forgetPassesOfPerson(ctx, keyId, email, MAX_AT_ONCE)
  await forgetReasons(ctx.db, email)
  if (forgotten.passes > 0) return forgotten
  throw new Problem('not_found', 'Nothing is held of a person with this email address')
}

/**
 * Forgets the passes of a person, so many at once and the others by jobs; returns how much there was to
 * forget.
 */
export async function forgetPassesOfPerson(
  ctx: Context,
  keyId: string,
  email: string,
  maxAtOnce: number,
): Promise<ForgottenPerson> {
  const person = { keyId, address: normalizeAddress(email) }
  const total = {
    passes: 0,
    emails: 0,
    deliveries: 0,
    wallets: { apple: 0, google: 0 },
    pending: 0,
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await findPassesOfPerson(ctx.db, person, { after, limit: PAGE_SIZE })
    const { serialNumbers } = page
    const traces = await countTraces(ctx.db, keyId, serialNumbers)
    const wallets = await countWallets(ctx.db, serialNumbers)
    const isLater = total.passes >= maxAtOnce
    if (isLater) await queueForgetting(ctx, keyId, serialNumbers)
    else await forgetPasses(ctx, keyId, serialNumbers)
    total.passes += serialNumbers.length
    total.emails += traces.emails
    total.deliveries += traces.deliveries
    total.wallets.apple += wallets.apple
    total.wallets.google += wallets.google
    if (isLater) total.pending += serialNumbers.length
    after = page.next
  }
  return total
}
