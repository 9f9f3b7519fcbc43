import { createHash, randomBytes } from 'node:crypto'
import type { PlanName } from './plans.ts'

/** Who calls: the owner of passes, quota and events. */
export interface Key {
  id: string
  name: string
  plan: PlanName
}

const pattern = /^pw_live_[0-9a-f]{48}$/

/** Makes an API key of 192 random bits; only its hash may be kept. */
export function mintKey(): string {
  return `pw_live_${randomBytes(24).toString('hex')}`
}

/** SHA-256 of a key in hex: enough, since a key is random and long. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Reads the key out of an `Authorization` header (RFC 6750); the scheme in any letter case. */
export function bearerKey(header: string | undefined): string | undefined {
  const key = /^bearer[ \t]+(\S+)[ \t]*$/i.exec(header ?? '')?.[1]
  return key !== undefined && pattern.test(key) ? key : undefined
}
