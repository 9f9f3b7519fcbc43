import type { Context } from '../context.ts'
import { forgetDevice, type GoneToken, listPassesOfDevice } from '../devices/registrations.ts'
import { recordInstall } from '../passes/store/installs.ts'
import { lockWalletPass, type WalletPass } from '../passes/store/wallet-pass.ts'

/**
 * Forgets a device whose push token Apple calls gone, unless it has registered again since, and
 * publishes that its passes were removed.
 */
export async function forgetGoneDevice(ctx: Context, gone: GoneToken): Promise<void> {
  const now = ctx.now()
  await ctx.db.transaction().execute(async (trx) => {
    // A transaction locks its passes first, all in the same order; then it numbers its events.
    const passes = new Map<string, WalletPass>()
    for (const serialNumber of await listPassesOfDevice(trx, gone.device)) {
      const pass = await lockWalletPass(trx, ctx, serialNumber)
      if (pass) passes.set(serialNumber, pass)
    }
    const removed = await forgetDevice(trx, ctx, gone, [...passes.keys()])
    const inOrder = removed
      .flatMap((serialNumber) => passes.get(serialNumber) ?? [])
      .toSorted((one, other) => (one.keyId < other.keyId ? -1 : 1))
    for (const pass of inOrder) await recordInstall(trx, ctx, pass, 'pass.removed', now)
  })
}
