import { Problem } from '@passwright/shared'
import type { Db, Trx } from '../db/database.ts'
import { prepareQuery } from '../db/prepared-query.ts'
import {
  type ApiKey,
  hashApiKey,
  isApiKeySecret,
  isExpired,
  keyColumns,
  toApiKey,
} from './api-key.ts'
import { type Feature, planAllows } from './plans.ts'

/**
 * Finds the API key with this secret, if the key was not revoked and the secret has not ended. The key
 * itself may have: see `isExpired`.
 */
export async function findApiKey(db: Db, secret: string, now: Date): Promise<ApiKey | undefined> {
  if (!isApiKeySecret(secret)) return undefined
  const hash = hashApiKey(secret)
  const { rows } = await selectBySecret(db, { hash, now: now.toISOString() })
  return rows[0] && toApiKey(rows[0])
}

const selectBySecret = prepareQuery<{ hash: string; now: string }>()((db, { hash, now }) =>
  db
    .selectFrom('api_secret')
    .innerJoin('api_key', 'api_key.id', 'api_secret.key_id')
    .select(keyColumns)
    .where('api_secret.hash', '=', hash)
    .where('api_key.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)]))
    .compile(),
)

/** Throws when the key was revoked since the request began; called in the transaction that uses it. */
export async function assertKeyActive(trx: Trx, { id }: ApiKey): Promise<void> {
  const { rows } = await selectActiveId(trx, { id })
  if (rows.length === 0) throw createUnauthorized()
}

const selectActiveId = prepareQuery<{ id: string }>()((db, { id }) =>
  db
    .selectFrom('api_key')
    .select('id')
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .compile(),
)

/** Finds a key by its id; undefined also if it was revoked or has ended. */
export async function findActiveKey(
  db: Db | Trx,
  id: string,
  now: Date,
): Promise<ApiKey | undefined> {
  const row = await db
    .selectFrom('api_key')
    .select(keyColumns)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  const key = row && toApiKey(row)
  return key && !isExpired(key, now) ? key : undefined
}

/** Whether a key is active and its plan has a feature. */
export async function keyAllows(
  db: Db | Trx,
  keyId: string,
  feature: Feature,
  now: Date,
): Promise<boolean> {
  const key = await findActiveKey(db, keyId, now)
  return key !== undefined && planAllows(key.plan, feature)
}

/** Locks a key until the transaction ends, so that changes of what it owns run one after the other. */
export async function lockKey(trx: Trx, { id }: ApiKey): Promise<void> {
  await trx
    .updateTable('api_key')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', id)
    .execute()
}

/** The 401 for a key that has ended, with the date. */
export function createKeyExpired({ id, expiresAt }: ApiKey): Problem {
  return new Problem(
    'unauthorized',
    `This API key ended at ${expiresAt}; use another key, or let the operator extend it: passwright keys change ${id} --expires 90d`,
  )
}

/** The 401 for a key that is missing, malformed, unknown or revoked. */
export function createUnauthorized(): Problem {
  return new Problem(
    'unauthorized',
    'Give a valid API key in the header Authorization: Bearer pw_live_…',
  )
}
