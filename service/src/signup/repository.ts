import { deriveApiKey } from '../accounts/api-key.ts'
import { createApiKey } from '../accounts/api-keys.ts'
import { deriveSecret } from '../accounts/installation-secret.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { transact } from '../db/transact.ts'

/** The key of an address that asked for one by mail. */
export interface Signup {
  keyId: string
  /** When the mail server took the mail with it; null while nobody was told of the key. */
  mailedAt: string | null
  /** When it last took one that says that there is a key already. */
  remindedAt: string | null
}

/** Finds the key of an address, or makes one on the free plan: one per address, whoever comes first. */
export async function ensureSignup(ctx: Context, address: string, now: Date): Promise<Signup> {
  const known = await findSignup(ctx.db, address)
  if (known) return known
  const made = await transact<Signup | undefined>(ctx.db, async (trx, undo) => {
    const generate = (id: string) => deriveSignupKey(ctx, id)
    const { id } = await createApiKey(trx, { name: address, plan: 'free', now, generate })
    const inserted = await trx
      .insertInto('signup')
      .values({ address, key_id: id, mailed_at: null, told_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return inserted.numInsertedOrUpdatedRows === 0n
      ? undo(undefined)
      : { keyId: id, mailedAt: null, remindedAt: null }
  })
  return made ?? ensureSignup(ctx, address, now)
}

/** What is known of an address. */
export async function findSignup(db: Db | Trx, address: string): Promise<Signup | undefined> {
  const row = await db
    .selectFrom('signup')
    .select(['key_id', 'mailed_at', 'told_at'])
    .where('address', '=', address)
    .executeTakeFirst()
  return row && { keyId: row.key_id, mailedAt: row.mailed_at, remindedAt: row.told_at }
}

/** Writes down that the mail server took the mail with the key, or later one that says that there is one. */
export async function recordMailed(
  trx: Trx,
  address: string,
  { mailedAt }: Signup,
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await trx
    .updateTable('signup')
    .set(mailedAt === null ? { mailed_at: at } : { told_at: at })
    .where('address', '=', address)
    .execute()
}

/**
 * The secret of a key that is given out by mail: derived, so that none is kept and every try to send
 * it sends the same.
 */
export function deriveSignupKey({ secret }: Pick<Context, 'secret'>, keyId: string): string {
  return deriveApiKey(deriveSecret(secret, 'passwright keys by mail'), keyId)
}
