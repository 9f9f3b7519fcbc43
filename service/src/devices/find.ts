import type { Db } from '../db/database.ts'
import type { Device } from './device.ts'
import { findDevice } from './repository.ts'

/** Finds the device of a push; undefined when it follows no pass any more. */
export function findPushedDevice(db: Db, deviceId: string): Promise<Device | undefined> {
  return findDevice(db, deviceId)
}
