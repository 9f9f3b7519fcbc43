import type { GoogleCallback } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { readCallback, type WalletAction } from '../google/callback/message.ts'
import { toObjectId } from '../google/content/object.ts'
import { findGooglePass, insertNonce, updateGooglePass } from '../google/stored.ts'
import { recordInstall } from '../passes/store/installs.ts'
import { lockWalletPass } from '../passes/store/wallet-pass.ts'

/** How the number of those who have saved a pass changes, and the event that reports it. */
const changes = {
  saved: { by: 1, event: 'pass.installed' },
  removed: { by: -1, event: 'pass.removed' },
} as const

/**
 * Counts that somebody has saved a pass to Google Wallet or removed it, once for each message of
 * Google's, and publishes the event. What Google has not signed, or says of a pass that we do not have,
 * changes nothing.
 */
export async function recordGoogleCallback(ctx: Context, callback: GoogleCallback): Promise<void> {
  const { googleWallet: settings } = ctx.config
  if (!settings || !ctx.googleWallet) return
  const { issuerId } = settings
  const { getRootKeys } = ctx.googleWallet
  const action = await readCallback(callback, issuerId, getRootKeys, ctx.now())
  if (action) await recordAction(ctx, issuerId, action)
}

async function recordAction(
  ctx: Context,
  issuerId: string,
  { objectId, type, nonce }: WalletAction,
): Promise<void> {
  const now = ctx.now()
  const serialNumber = objectId.slice(toObjectId({ issuerId }, { serialNumber: '' }).length)
  const { by, event } = changes[type]
  await ctx.db.transaction().execute(async (trx) => {
    const pass = await lockWalletPass(trx, ctx, serialNumber)
    const stored = pass && (await findGooglePass(trx, serialNumber))
    if (!pass || !stored || pass.isCleared) return
    if (!(await insertNonce(trx, nonce, now))) return
    const saves = stored.saves + by
    // Google does not promise to report every save, nor to report them in order.
    if (saves < 0) return
    await updateGooglePass(trx, serialNumber, { saves })
    await recordInstall(trx, ctx, pass, event, now, 'google')
  })
}
