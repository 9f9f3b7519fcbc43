import { randomUUID } from 'node:crypto'
import type { Db, Trx } from '../db/database.ts'
import { type ApiKey, generateApiKey, hashApiKey, keyColumns, toApiKey } from './api-key.ts'
import type { PlanName } from './plans.ts'

/** A key as `keys list` shows it. */
export interface ApiKeySummary extends ApiKey {
  createdAt: string
  revokedAt: string | null
  /** How many secrets are accepted now: two during a rotation. */
  secrets: number
}

interface NewApiKey {
  name: string
  plan: PlanName
  scopes?: ApiKey['scopes']
  expiresAt?: ApiKey['expiresAt']
  now: Date
  /** Generates the secret for the key's id; a random one when absent. */
  generate?: (id: string) => string
}

/** Creates a key and returns its secret, which is not stored and cannot be read again. */
export async function createApiKey(
  db: Db | Trx,
  { name, plan, scopes = null, expiresAt = null, now, generate = generateApiKey }: NewApiKey,
): Promise<ApiKey & { key: string }> {
  const id = `key_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  const created_at = now.toISOString()
  await db
    .insertInto('api_key')
    .values({
      id,
      name,
      plan,
      created_at,
      revoked_at: null,
      scopes: scopes && JSON.stringify(scopes),
      expires_at: expiresAt,
    })
    .execute()
  return { id, name, plan, scopes, expiresAt, key: await addSecret(db, id, generate(id), now) }
}

/**
 * Creates the first key of a database, once; of several processes that start at once, one creates it.
 * Undefined when there is a key already.
 */
export async function createFirstApiKey(
  db: Db,
  options: { name: string; plan: PlanName; now: Date },
): Promise<(ApiKey & { key: string }) | undefined> {
  return db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('once')
      .values({ name: 'first-key', at: options.now.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows === 0n) return undefined
    const { count } = await trx
      // Counts secrets: an internal key, such as that of `mail test`, has none.
      .selectFrom('api_secret')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count) === 0 ? createApiKey(trx, options) : undefined
  })
}

/** Creates a key without a secret, for passes of the service itself, unless it exists. */
export async function ensureInternalApiKey(
  db: Db,
  { id, name, plan, now }: Pick<ApiKey, 'id' | 'name' | 'plan'> & { now: Date },
): Promise<ApiKey> {
  await db
    .insertInto('api_key')
    .values({ id, name, plan, created_at: now.toISOString(), revoked_at: null })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ revoked_at: null }))
    .execute()
  return { id, name, plan, scopes: null, expiresAt: null }
}

/** All keys, oldest first. */
export async function listApiKeys(db: Db, now: Date): Promise<ApiKeySummary[]> {
  const rows = await db
    .selectFrom('api_key')
    .leftJoin('api_secret', (join) =>
      join
        .onRef('api_secret.key_id', '=', 'api_key.id')
        .on((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now.toISOString())])),
    )
    .select([...keyColumns, 'api_key.created_at', 'revoked_at'])
    .select((eb) => eb.fn.count<number | string>('api_secret.hash').as('secrets'))
    .groupBy([...keyColumns, 'api_key.created_at', 'revoked_at'])
    .orderBy('api_key.created_at')
    .execute()
  return rows.map((row) => ({
    ...toApiKey(row),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    secrets: row.revoked_at === null ? Number(row.secrets) : 0,
  }))
}

/** Gives a key another name, also a revoked one. */
export async function renameApiKey(db: Db, id: string, name: string): Promise<void> {
  await db.updateTable('api_key').set({ name }).where('id', '=', id).execute()
}

/** Revokes a key for good; false when there is no active key with this id. */
export async function revokeApiKey(db: Db, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_key')
    .set({ revoked_at: now.toISOString() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Changes the scopes or the end of a key; undefined when there is no active key with this id. */
export async function changeApiKey(
  db: Db,
  id: string,
  { scopes, expiresAt }: Partial<Pick<ApiKey, 'scopes' | 'expiresAt'>>,
): Promise<ApiKey | undefined> {
  const row = await db
    .updateTable('api_key')
    .set({
      ...(scopes !== undefined && { scopes: scopes && JSON.stringify(scopes) }),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(keyColumns)
    .executeTakeFirst()
  return row && toApiKey(row)
}

/** Adds a new secret to a key, which keeps its scopes and its end; the old ones end after `keepMs`. Undefined when there is no such key. */
export async function rotateApiKey(
  db: Db,
  id: string,
  { keepMs, now }: { keepMs: number; now: Date },
): Promise<(ApiKey & { key: string }) | undefined> {
  const endsAt = new Date(now.getTime() + keepMs).toISOString()
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('api_key')
      .select(keyColumns)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (!row) return undefined
    await trx
      .updateTable('api_secret')
      .set({ ends_at: endsAt })
      .where('key_id', '=', id)
      .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', endsAt)]))
      .execute()
    return { ...toApiKey(row), key: await addSecret(trx, id, generateApiKey(), now) }
  })
}

async function addSecret(db: Db | Trx, keyId: string, secret: string, now: Date): Promise<string> {
  await db
    .insertInto('api_secret')
    .values({
      hash: hashApiKey(secret),
      key_id: keyId,
      created_at: now.toISOString(),
      ends_at: null,
    })
    .execute()
  return secret
}
