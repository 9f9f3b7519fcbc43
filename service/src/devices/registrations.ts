import { Problem } from '@passwright/shared'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import {
  type Device,
  type DeviceAddress,
  MAX_DEVICES_PER_PASS,
  MAX_PASSES_PER_DEVICE,
} from './device.ts'
import { queuePushes } from './push-queue.ts'
import {
  countRegistrations,
  deleteDeviceIfUnused,
  deleteRegistration,
  findDeviceAt,
  findUpdatedPasses,
  insertRegistration,
  isRegistered,
  listFollowedPasses,
  lockDevice,
  saveDevice,
} from './repository.ts'
import { parseUpdateTag, takeUpdateTag } from './update-tags.ts'

/** A pass that a device wants to follow, locked by the transaction. */
export interface FollowedPass {
  serialNumber: string
  keyId: string
  /** Whether it has changed since it was made, so that the device may have an older file. */
  hasChanged: boolean
  installs: number
}

/**
 * Lets a device follow a pass, and stores its push token, which counts for all passes that it follows.
 * False when it followed the pass already. A device that may have missed a change gets a push. Throws
 * `too_many_requests` when the pass or the device has no room.
 */
export async function addRegistration(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  pass: FollowedPass,
  address: DeviceAddress,
  now: Date,
): Promise<boolean> {
  const { kind } = config.database
  const { serialNumber } = pass
  const known = await findDeviceAt(trx, address)
  const isKnown = known !== undefined && (await isRegistered(trx, known.id, serialNumber))
  if (!isKnown && pass.installs >= MAX_DEVICES_PER_PASS) throw createNoRoom('This pass is on')
  const deviceId = await saveDevice(trx, address, now)
  if (!isKnown) {
    const count = await countRegistrations(trx, deviceId)
    if (count >= MAX_PASSES_PER_DEVICE) throw createNoRoom('This device has')
  }
  const isMoved = known !== undefined && known.pushToken !== address.pushToken
  if (isMoved || (!isKnown && pass.hasChanged)) {
    const devices = [{ id: deviceId, pushJobId: known?.pushJobId ?? null }]
    await queuePushes(trx, kind, { devices, owner: pass.keyId, now })
  }
  if (isKnown) return false
  const updateTag = await takeUpdateTag(trx, address.passTypeIdentifier, now)
  await insertRegistration(trx, { deviceId, serialNumber, updateTag, now })
  return true
}

function createNoRoom(subject: string): Problem {
  return new Problem('too_many_requests', `${subject} too many already; nothing was registered`)
}

/** Ends that a device follows a pass, which the transaction has locked; false when it did not. */
export async function removeRegistration(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  serialNumber: string,
  address: Omit<DeviceAddress, 'pushToken'>,
): Promise<boolean> {
  const device = await findDeviceAt(trx, address)
  if (!device || !(await lockDevice(trx, config.database.kind, device.id))) return false
  const isRemoved = await deleteRegistration(trx, device.id, serialNumber)
  await deleteDeviceIfUnused(trx, device.id)
  return isRemoved
}

/** A token that Apple calls gone: not that of a device that has registered again since. */
export interface GoneToken {
  device: Device
  /** When Apple found it gone. */
  goneAt: Date
}

/**
 * Forgets a device whose push token is gone; the transaction has locked these passes of it. Returns
 * those that it followed; none when it has registered again since.
 */
export async function forgetDevice(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  { device, goneAt }: GoneToken,
  serialNumbers: readonly string[],
): Promise<string[]> {
  const present = await lockDevice(trx, config.database.kind, device.id)
  if (present?.pushToken !== device.pushToken) return []
  if (Date.parse(present.registeredAt) > goneAt.getTime()) return []
  const removed: string[] = []
  for (const serialNumber of serialNumbers) {
    if (await deleteRegistration(trx, device.id, serialNumber)) removed.push(serialNumber)
  }
  await deleteDeviceIfUnused(trx, device.id)
  return removed
}

/** Lists the serial numbers of the passes that a device follows, sorted. */
export function listPassesOfDevice(trx: Trx, { id }: Pick<Device, 'id'>): Promise<string[]> {
  return listFollowedPasses(trx, id)
}

/** Lists the passes of a device that have changed since a tag, and the tag for the next time. */
export async function listUpdatedPasses(
  db: Db,
  address: Omit<DeviceAddress, 'pushToken'>,
  since: string | undefined,
): Promise<{ serialNumbers: string[]; lastUpdated: string } | undefined> {
  const updated = await findUpdatedPasses(db, address, parseUpdateTag(since))
  if (updated.length === 0) return undefined
  const last = updated.reduce((latest, { updateTag }) => Math.max(latest, updateTag), 0)
  const serialNumbers = updated.map(({ serialNumber }) => serialNumber)
  return { serialNumbers, lastUpdated: String(last) }
}
