import { isObject } from '@passwright/shared'
import { isP256Key } from '../../nfc.ts'
import { type Finding, findIf } from '../report/findings.ts'

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
