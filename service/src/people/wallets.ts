import type { ForgottenPerson } from '@passwright/shared/schema'
import type { Db } from '../db/database.ts'
import { countRegistrations } from '../devices/find.ts'
import { countStoredAtGoogle } from '../google/stored.ts'

/** Counts the devices with these passes, and those that Google has: all of them are told of every change. */
export async function countWallets(
  db: Db,
  serialNumbers: readonly string[],
): Promise<ForgottenPerson['wallets']> {
  return {
    apple: await countRegistrations(db, serialNumbers),
    google: await countStoredAtGoogle(db, serialNumbers),
  }
}
