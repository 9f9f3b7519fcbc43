import type { Db } from '../db/database.ts'
import type { Device } from './device.ts'
import { countFollowers, findDevice } from './repository.ts'

/** Finds the device of a push; undefined when it follows no pass any more. */
export function findPushedDevice(db: Db, deviceId: string): Promise<Device | undefined> {
  return findDevice(db, deviceId)
}

/** Counts on how many devices these passes are; one device counts for each of them. */
export function countRegistrations(db: Db, serialNumbers: readonly string[]): Promise<number> {
  return countFollowers(db, serialNumbers)
}
