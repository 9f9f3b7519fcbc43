import type { ForgottenPerson } from '@passwright/shared/schema'
import { listApiKeys, renameApiKey } from '../accounts/api-keys.ts'
import type { Context } from '../context.ts'
import { eraseDeletedRows } from '../db/erase.ts'
import { normalizeAddress } from '../email/address.ts'
import { forgetReasons } from '../jobs/outage.ts'
import { forgetSignup } from '../signup/forget.ts'
import { forgetPassesOfPerson } from './forget.ts'

/** What was forgotten of a person, by all owners. */
export interface ForgottenEverywhere extends ForgottenPerson {
  /** The API keys that were named for the address: they still work, under another name. */
  keys: string[]
}

/** Forgets a person of whom any owner holds passes, or who has an API key; zeros when nothing is held. */
export async function forgetEverywhere(ctx: Context, email: string): Promise<ForgottenEverywhere> {
  const address = normalizeAddress(email)
  const all = await listApiKeys(ctx.db, ctx.now())
  const total: ForgottenEverywhere = {
    passes: 0,
    emails: 0,
    deliveries: 0,
    wallets: { apple: 0, google: 0 },
    pending: 0,
    keys: [],
  }
  for (const { id } of all) {
    const forgotten = await forgetPassesOfPerson(ctx, id, email, Number.POSITIVE_INFINITY)
    total.passes += forgotten.passes
    total.emails += forgotten.emails
    total.deliveries += forgotten.deliveries
    total.wallets.apple += forgotten.wallets.apple
    total.wallets.google += forgotten.wallets.google
  }
  const requested = await forgetSignup(ctx, email)
  const named = all.filter(({ name }) => normalizeAddress(name.trim()) === address)
  total.keys = [...new Set([...requested, ...named.map(({ id }) => id)])]
  for (const id of total.keys) await renameApiKey(ctx.db, id, 'Forgotten')
  await forgetReasons(ctx.db, email)
  await eraseDeletedRows(ctx.config.database)
  return total
}
