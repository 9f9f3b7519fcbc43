import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { PlanName } from './plans.ts'

/** Who calls: the owner of passes, quota and events. */
export interface ApiKey {
  id: string
  name: string
  plan: PlanName
}

const pattern = /^pw_live_[0-9a-f]{48}$/

/** Makes an API key of 192 random bits; only its hash may be kept. */
export function generateApiKey(): string {
  return formatApiKey(randomBytes(24))
}

/**
 * The API key that belongs to an id under a secret: the same whenever it is asked for, so that a key
 * which has to be told later need not be written down until then (HMAC-SHA256, RFC 2104).
 */
export function deriveApiKey(secret: Uint8Array, id: string): string {
  return formatApiKey(createHmac('sha256', secret).update(id).digest().subarray(0, 24))
}

function formatApiKey(bytes: Uint8Array): string {
  return `pw_live_${Buffer.from(bytes).toString('hex')}`
}

/** SHA-256 of a key in hex: enough, since a key is random and long. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Reads the key out of an `Authorization` header (RFC 6750); the scheme in any letter case. */
export function parseBearerToken(header: string | undefined): string | undefined {
  const key = /^bearer[ \t]+(\S+)[ \t]*$/i.exec(header ?? '')?.[1]
  return key !== undefined && pattern.test(key) ? key : undefined
}
