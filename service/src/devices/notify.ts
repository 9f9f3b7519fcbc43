import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { queuePushes } from './push-queue.ts'
import { lockDevicesOfPasses } from './repository.ts'
import { takeUpdateTag } from './update-tags.ts'

/** A pass that has changed in a transaction. */
export interface ChangedPass {
  serialNumber: string
  passTypeIdentifier: string
  /** Whose turn the pushes take. */
  keyId: string
}

/**
 * Writes down, in the transaction of a change, that every device with the pass is to get a push, and the
 * tag by which they ask for it. Returns the number of devices. Comes after the lock of the pass and
 * before its event: with one order of locks there is no deadlock.
 */
export async function notifyDevices(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  { serialNumber, passTypeIdentifier, keyId }: ChangedPass,
  now: Date,
): Promise<number> {
  const { kind } = config.database
  const devices = await lockDevicesOfPasses(trx, kind, [serialNumber])
  await queuePushes(trx, kind, { devices, owner: keyId, now })
  const tag = await takeUpdateTag(trx, passTypeIdentifier, now)
  await trx
    .updateTable('pass')
    .set((eb) => ({
      update_tag: tag,
      modified_at: eb
        .case()
        .when('modified_at', '<', toSeconds(now))
        .then(toSeconds(now))
        // Two changes in one second: `Last-Modified` has to be another one.
        .else(eb('modified_at', '+', 1))
        .end(),
    }))
    .where('serial_number', '=', serialNumber)
    .execute()
  return devices.length
}

/**
 * Locks the devices with these passes, in the transaction of a change of all of them: before the first of
 * them is notified, since a tag is locked by then.
 */
export async function lockNotifiedDevices(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  serialNumbers: readonly string[],
): Promise<void> {
  await lockDevicesOfPasses(trx, config.database.kind, serialNumbers)
}

function toSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}
