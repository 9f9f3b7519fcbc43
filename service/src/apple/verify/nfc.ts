import { createPublicKey } from 'node:crypto'
import { isObject } from '@passwright/shared'
import { type Finding, findIf } from './findings.ts'

/** Verifies the public key of an NFC pass: base64 of a key on P-256. */
export function verifyNfc(nfc: unknown): Finding[] {
  if (!isObject(nfc)) return []
  const { encryptionPublicKey: key } = nfc
  return findIf(
    typeof key === 'string' && !isP256Key(key),
    'nfc_key',
    'nfc.encryptionPublicKey',
    'nfc.encryptionPublicKey is no public key on the curve P-256 in base64.',
  )
}

function isP256Key(base64: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(base64, 'base64'),
      format: 'der',
      type: 'spki',
    })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
