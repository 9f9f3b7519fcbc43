import type { ForgottenPerson } from '@passwright/shared/schema'
import type { Db } from '../db/database.ts'
import { countRegistrations } from '../devices/find.ts'

/** Counts the devices and the wallets that hold these passes, and so are told of every change. */
export async function countWallets(
  db: Db,
  serialNumbers: readonly string[],
): Promise<ForgottenPerson['wallets']> {
  return { apple: await countRegistrations(db, serialNumbers), google: 0 }
}
