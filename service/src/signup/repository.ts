import { deriveApiKey } from '../accounts/api-key.ts'
import { createApiKey } from '../accounts/api-keys.ts'
import { deriveSecret } from '../accounts/installation-secret.ts'
import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import { transact } from '../db/transact.ts'

/** The key of a mailbox that requested one. */
export interface Signup {
  keyId: string
  /** When the mail server accepted the email with the key; null before that. */
  mailedAt: string | null
  /** When it last accepted a reminder that the address has a key. */
  remindedAt: string | null
}

/** Finds the key of a mailbox, or creates one on the free plan; concurrent calls create only one. */
export async function ensureSignup(ctx: Context, mailbox: string, now: Date): Promise<Signup> {
  const existing = await findSignup(ctx.db, mailbox)
  if (existing) return existing
  const created = await transact<Signup | undefined>(ctx.db, async (trx, rollback) => {
    const generate = (id: string) => deriveSignupKey(ctx, id)
    const { id } = await createApiKey(trx, { name: mailbox, plan: 'free', now, generate })
    const inserted = await trx
      .insertInto('signup')
      .values({ address: mailbox, key_id: id, mailed_at: null, reminded_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return inserted.numInsertedOrUpdatedRows === 0n
      ? rollback(undefined)
      : { keyId: id, mailedAt: null, remindedAt: null }
  })
  return created ?? ensureSignup(ctx, mailbox, now)
}

/** Finds the key of a mailbox. */
export async function findSignup(db: Db | Trx, mailbox: string): Promise<Signup | undefined> {
  const row = await db
    .selectFrom('signup')
    .select(['key_id', 'mailed_at', 'reminded_at'])
    .where('address', '=', mailbox)
    .executeTakeFirst()
  return row && { keyId: row.key_id, mailedAt: row.mailed_at, remindedAt: row.reminded_at }
}

/** Stores that the mail server accepted the email with the key, or a later reminder. */
export async function recordMailed(
  trx: Trx,
  mailbox: string,
  { mailedAt }: Signup,
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await trx
    .updateTable('signup')
    .set(mailedAt === null ? { mailed_at: at } : { reminded_at: at })
    .where('address', '=', mailbox)
    .execute()
}

/**
 * Derives the API key that is sent by email: it is stored nowhere, and every attempt sends the same
 * one.
 */
export function deriveSignupKey({ secret }: Pick<Context, 'secret'>, keyId: string): string {
  return deriveApiKey(deriveSecret(secret, 'passwright keys by mail'), keyId)
}
