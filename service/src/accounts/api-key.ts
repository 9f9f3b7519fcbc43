import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { PlanName } from './plans.ts'

/** An API key without its secret: the owner of passes, quota and events. */
export interface ApiKey {
  id: string
  name: string
  plan: PlanName
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
