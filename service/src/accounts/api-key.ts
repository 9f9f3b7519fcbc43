import { createHash, createHmac, randomBytes } from 'node:crypto'
import { type Scope, scopeNames } from '@passwright/shared'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/schema.ts'
import { Plan, type PlanName } from './plans.ts'

/** An API key without its secret: the owner of passes, quota and events. */
export interface ApiKey {
  id: string
  name: string
  plan: PlanName
  /** What it is limited to; null for everything. */
  scopes: readonly Scope[] | null
  /** When it stops being accepted; null for never. */
  expiresAt: string | null
}

/** The columns that `toApiKey` reads. */
export const keyColumns = [
  'api_key.id',
  'api_key.name',
  'api_key.plan',
  'api_key.scopes',
  'api_key.expires_at',
] as const

/** Builds a key from its row. */
export function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    plan: Plan.parse(row.plan),
    scopes: row.scopes === null ? null : parseScopes(row.scopes),
    expiresAt: row.expires_at,
  }
}

type KeyRow = Pick<
  Selectable<Database['api_key']>,
  'id' | 'name' | 'plan' | 'scopes' | 'expires_at'
>

/** Scopes that only a newer version knows allow nothing here. */
function parseScopes(json: string): Scope[] {
  const names = z.array(z.string()).parse(JSON.parse(json))
  return scopeNames.filter((name) => names.includes(name))
}

/** Whether a key has ended by a time. */
export function isExpired({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now.toISOString()
}

const pattern = /^pw_live_[0-9a-f]{48}$/

/** Generates an API key's secret of 192 random bits; only its hash may be stored. */
export function generateApiKey(): string {
  return formatApiKey(randomBytes(24))
}

/**
 * Derives the secret of a key from its id and a secret of the service (HMAC-SHA256, RFC 2104). It is
 * always the same, so a secret that is sent later need not be stored until then.
 */
export function deriveApiKey(secret: Uint8Array, id: string): string {
  return formatApiKey(createHmac('sha256', secret).update(id).digest().subarray(0, 24))
}

function formatApiKey(bytes: Uint8Array): string {
  return `pw_live_${Buffer.from(bytes).toString('hex')}`
}

/** SHA-256 of a secret in hex; a slow hash is not needed, because secrets are random and long. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Whether a text has the form of an API key's secret. */
export function isApiKeySecret(text: string): boolean {
  return pattern.test(text)
}
