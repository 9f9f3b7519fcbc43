import { createPrivateKey, type KeyObject } from 'node:crypto'
import { isObject } from '@passwright/shared'

/** A service account of Google Cloud, which signs links and asks for access tokens. */
export interface GoogleCredentials {
  clientEmail: string
  /** RSA. */
  privateKey: KeyObject
  /** Where access tokens come from. */
  tokenUri: string
}

const TOKEN_URI = 'https://oauth2.googleapis.com/token'

/** Shorter keys are not safe (RFC 7518, 3.3). */
const MIN_KEY_BITS = 2048

const NEW_KEY =
  'in Google Cloud, under IAM & Admin > Service Accounts > Keys > Add key, create a key of type JSON and use the file as it is'

/**
 * Parses the key file of a service account, plain or in base64. Returns the credentials, or what is wrong
 * as the end of a sentence about them.
 */
export function parseGoogleCredentials(text: string): GoogleCredentials | string {
  const file = parseJson(text.trim()) ?? parseJson(Buffer.from(text, 'base64').toString('utf8'))
  if (file === undefined) {
    return `must be the JSON key of a service account, plain or in base64; a shell or compose file may have broken it, so put it into a file and name that in GOOGLE_WALLET_CREDENTIALS_FILE`
  }
  if (file.installed !== undefined || file.web !== undefined) {
    return `are those of an OAuth client, not of a service account; ${NEW_KEY}`
  }
  if (file.type !== 'service_account') {
    return `must have "type": "service_account"; ${NEW_KEY}`
  }
  const { client_email: clientEmail, private_key: pem, token_uri: tokenUri = TOKEN_URI } = file
  if (typeof clientEmail !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(clientEmail)) {
    return `have no client_email; ${NEW_KEY}`
  }
  if (typeof tokenUri !== 'string' || !isTokenUri(tokenUri)) {
    return `have a token_uri that is no https address; it is ${TOKEN_URI} at Google`
  }
  const privateKey = typeof pem === 'string' ? parseKey(pem) : undefined
  if (!privateKey) return `have no private_key that can be read; ${NEW_KEY}`
  if (privateKey.asymmetricKeyType !== 'rsa') {
    return `have a private_key that is not RSA, as Google's are; ${NEW_KEY}`
  }
  if ((privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_KEY_BITS) {
    return `have a private_key of less than ${MIN_KEY_BITS} bits; ${NEW_KEY}`
  }
  return { clientEmail, privateKey, tokenUri }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** Line breaks are often escaped once too many on the way through a shell. */
function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem.replaceAll('\\n', '\n'))
  } catch {
    return undefined
  }
}

/** Unencrypted only to this machine, where tests run. */
function isTokenUri(text: string): boolean {
  const url = URL.parse(text)
  if (url?.protocol === 'https:') return true
  return url?.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
}
