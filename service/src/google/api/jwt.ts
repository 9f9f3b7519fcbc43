import { type KeyObject, sign } from 'node:crypto'
import { type GoogleSettings, SAVE_URL } from './settings.ts'

/** Signs claims as a JWT with RS256 (RFC 7519; RFC 7518, 3.3). */
export function signJwt(claims: Record<string, unknown>, privateKey: KeyObject): string {
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const content = parts.join('.')
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`
}

/**
 * Builds the link that saves an object which is stored at Google already. It holds the object's id and
 * nothing of what it says, so it stays short and is never out of date.
 * https://developers.google.com/wallet/reference/rest/v1/Jwt
 */
export function buildSaveLink(
  { credentials: { clientEmail, privateKey } }: Pick<GoogleSettings, 'credentials'>,
  objectId: string,
  now: Date,
): string {
  const claims = {
    iss: clientEmail,
    aud: 'google',
    typ: 'savetowallet',
    iat: toSeconds(now),
    origins: [],
    payload: { genericObjects: [{ id: objectId }] },
  }
  return SAVE_URL + signJwt(claims, privateKey)
}

/** An instant as JWTs have it: whole seconds since 1970. */
export function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
