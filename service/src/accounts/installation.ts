import type { Db } from '../db/database.ts'
import { deriveSecret } from './installation-secret.ts'

/** A fingerprint of the installation secret, which tells nothing about it. */
export function getFingerprint(secret: Uint8Array): string {
  return Buffer.from(deriveSecret(secret, 'passwright installation')).toString('hex')
}

/**
 * Whether a database belongs to the installation with this secret; it does from the first start on. With
 * another secret, its webhooks would be signed so that no receiver accepts them.
 */
export async function claimDatabase(db: Db, secret: Uint8Array): Promise<boolean> {
  const fingerprint = getFingerprint(secret)
  const known = await findFingerprint(db)
  if (known !== undefined) return known === fingerprint
  // Of several instances that start at once, the first one's stays.
  await db
    .insertInto('installation')
    .values({ id: 1, fingerprint })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  return (await findFingerprint(db)) === fingerprint
}

/** Finds the fingerprint of the secret that a database belongs to; undefined before its first start. */
export async function findFingerprint(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('fingerprint').executeTakeFirst()
  return row?.fingerprint
}
