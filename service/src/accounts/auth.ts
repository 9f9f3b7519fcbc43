import { Problem } from '@passwright/shared'
import type { Db, Trx } from '../db/database.ts'
import { type ApiKey, hashApiKey } from './api-key.ts'
import { Plan } from './plans.ts'

/** Finds who a secret belongs to, if it is accepted at this moment. */
export async function findApiKey(db: Db, secret: string, now: Date): Promise<ApiKey | undefined> {
  const row = await db
    .selectFrom('api_secret')
    .innerJoin('api_key', 'api_key.id', 'api_secret.key_id')
    .select(['api_key.id', 'api_key.name', 'api_key.plan'])
    .where('api_secret.hash', '=', hashApiKey(secret))
    .where('api_key.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now.toISOString())]))
    .executeTakeFirst()
  return row && { ...row, plan: Plan.parse(row.plan) }
}

/** Throws when the key was revoked meanwhile; asked again in the transaction that spends for it. */
export async function assertKeyActive(trx: Trx, { id }: ApiKey): Promise<void> {
  const row = await trx
    .selectFrom('api_key')
    .select('id')
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw unauthorized()
}

/** The 401 of every key that is absent, malformed, unknown, ended or revoked. */
export function unauthorized(): Problem {
  return new Problem(
    'unauthorized',
    'Give a valid API key in the header Authorization: Bearer pw_live_…',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  )
}
