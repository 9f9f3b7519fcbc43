import type { Context } from '../context.ts'
import type { DeviceAddress } from '../devices/device.ts'
import { addRegistration, removeRegistration } from '../devices/registrations.ts'
import { recordInstall } from '../passes/store/installs.ts'
import { lockWalletPass, type WalletPass } from '../passes/store/wallet-pass.ts'
import { assertNotCleared } from './authenticate.ts'

/**
 * Lets a device follow the updates of a pass; false when it did already, and only its push token was
 * stored. Throws `too_many_requests` when there is no room, `not_found` for a pass that is cleared.
 */
export async function registerDevice(
  ctx: Context,
  { serialNumber }: Pick<WalletPass, 'serialNumber'>,
  address: DeviceAddress,
): Promise<boolean> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const pass = await lockWalletPass(trx, ctx, serialNumber)
    if (!pass) return false
    assertNotCleared(pass)
    const followed = { ...pass, hasChanged: pass.updatedAt !== pass.createdAt }
    const isNew = await addRegistration(trx, ctx, followed, address, now)
    if (isNew) await recordInstall(trx, ctx, pass, 'pass.installed', now)
    return isNew
  })
}

/** Ends that a device follows the updates of a pass; one that does not is no error. */
export async function unregisterDevice(
  ctx: Context,
  { serialNumber }: Pick<WalletPass, 'serialNumber'>,
  address: Omit<DeviceAddress, 'pushToken'>,
): Promise<void> {
  const now = ctx.now()
  await ctx.db.transaction().execute(async (trx) => {
    const pass = await lockWalletPass(trx, ctx, serialNumber)
    if (!pass) return
    const isRemoved = await removeRegistration(trx, ctx, serialNumber, address)
    if (isRemoved) await recordInstall(trx, ctx, pass, 'pass.removed', now)
  })
}
