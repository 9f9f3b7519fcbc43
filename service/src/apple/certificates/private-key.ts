import { createPrivateKey, type KeyObject } from 'node:crypto'
import { describeWrongFile } from './file-kinds.ts'

/** A key that can sign passes, or an error as the end of a sentence about its file. */
export type ParsedKey = { key: KeyObject } | { error: string }

/** Parses a private key in PEM (PKCS#8 or traditional), encrypted or not. */
export function parsePrivateKey(bytes: Uint8Array, password: string | undefined): ParsedKey {
  const pem = Buffer.from(bytes).toString()
  if (!/-----BEGIN (?!OPENSSH)[A-Z ]*PRIVATE KEY-----/.test(pem)) {
    return {
      error:
        describeWrongFile(bytes, 'key') ??
        'holds no PEM private key; it begins with "-----BEGIN PRIVATE KEY-----"',
    }
  }
  const encrypted = /-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)
  if (encrypted && password === undefined) {
    return { error: 'is encrypted; set CERTIFICATE_PASSWORD to its password' }
  }
  try {
    const key = createPrivateKey({
      key: pem,
      ...(encrypted ? { passphrase: password } : {}),
    })
    return checkStrength(key)
  } catch (error) {
    return {
      error: encrypted ? describeDecryptError(error) : 'is damaged; export the private key again',
    }
  }
}

// Wallet accepts only RSA signatures, and Apple issues these certificates for 2048 bits.
function checkStrength(key: KeyObject): ParsedKey {
  const bits = key.asymmetricKeyDetails?.modulusLength
  const found = key.asymmetricKeyType === 'rsa' ? `RSA with ${bits} bits` : key.asymmetricKeyType
  if (key.asymmetricKeyType === 'rsa' && bits !== undefined && bits >= 2048) return { key }
  return {
    error: `is ${found}; Wallet needs RSA with at least 2048 bits, so request a new certificate`,
  }
}

function describeDecryptError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.includes('UNSUPPORTED')
    ? 'is encrypted in a way that is no longer supported; convert it with "openssl pkcs8 -topk8"'
    : 'is encrypted and CERTIFICATE_PASSWORD does not open it; correct the password'
}
