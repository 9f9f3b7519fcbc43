import type { WalletName } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { publish } from '../../events/publish.ts'
import { findPassBySerial } from './find.ts'
import { toApiPass } from './pass.ts'
import type { WalletPass } from './wallet-pass.ts'

/** How the number of devices with a pass changes, by the event that reports it. */
const changes = { 'pass.installed': 1, 'pass.removed': -1 } as const

/**
 * Counts that a pass, which the transaction has locked, was added to a wallet or removed from it, and
 * publishes the event.
 */
export async function recordInstall(
  trx: Trx,
  ctx: Context,
  { keyId, serialNumber }: Pick<WalletPass, 'keyId' | 'serialNumber'>,
  type: keyof typeof changes,
  now: Date,
  wallet: WalletName = 'apple',
): Promise<void> {
  await trx
    .updateTable('pass')
    .set((eb) => ({ installs: eb('installs', '+', changes[type]) }))
    .where('serial_number', '=', serialNumber)
    .execute()
  if (type === 'pass.installed') {
    await trx
      .insertInto('installed_pass')
      .values({ serial_number: serialNumber })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const record = await findPassBySerial(trx, keyId, serialNumber)
  if (!record) return
  const data = { ...toApiPass(record, ctx.config), wallet }
  await publish(trx, { keyId, type, data, now })
}
