import { createHash, timingSafeEqual } from 'node:crypto'
import { drawRandomBytes } from '../../random.ts'

/** Creates the authentication token of a new pass; Apple wants 16 characters or more. */
export function createAuthenticationToken(): string {
  return drawRandomBytes(24).toString('hex')
}

/**
 * Parses the token from `Authorization: ApplePass <token>`, the scheme in any letter case; undefined
 * when there is none, or more than one.
 * https://developer.apple.com/documentation/walletpasses/register-a-pass-for-update-notifications
 */
export function parseApplePassToken(headers: readonly string[]): string | undefined {
  const [header = '', ...others] = headers
  if (others.length > 0) return undefined
  return /^applepass[ \t]+(\S+)[ \t]*$/i.exec(header)?.[1]
}

/** Compares tokens in a time that does not depend on where they differ. */
export function isSameToken(one: string, other: string): boolean {
  return timingSafeEqual(toDigest(one), toDigest(other))
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
