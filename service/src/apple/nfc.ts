import { createPublicKey } from 'node:crypto'
import { type Issue, isObject } from '@passwright/shared'
import type { Identity } from './certificates/identity.ts'

/** Finds the NFC keys of a request body that Wallet cannot use; its fields may themselves be invalid. */
export function findNfcIssues({ nfc, apple }: Record<string, unknown>): Issue[] {
  return [
    ...findKeyIssues(nfc, 'nfc'),
    ...(isObject(apple) ? findKeyIssues(apple.nfc, 'apple.nfc') : []),
  ]
}

function findKeyIssues(nfc: unknown, path: string): Issue[] {
  if (!isObject(nfc) || typeof nfc.encryptionPublicKey !== 'string') return []
  if (isP256Key(nfc.encryptionPublicKey)) return []
  const message =
    'must be a P-256 public key as Base64 of its X.509 SubjectPublicKeyInfo: what "openssl ec -pubout -conv_form compressed" writes between the lines of dashes'
  return [{ path: `${path}.encryptionPublicKey`, message }]
}

/** Whether Apple has enabled the certificate of an identity for NFC: its name says so. */
export function signsNfc({ certificate }: Pick<Identity, 'certificate'>): boolean {
  return certificate.subject.includes('Pass Type ID with NFC')
}

/** A key of this kind has 59 bytes, or 91 when its point is not compressed. */
const MAX_BASE64_LENGTH = 124

/** Whether this is the X.509 SubjectPublicKeyInfo of a key on the curve P-256 in Base64. */
export function isP256Key(base64: string): boolean {
  if (base64.length > MAX_BASE64_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
