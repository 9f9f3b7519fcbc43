import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { describeWrongFile } from './file-contents/file-kinds.ts'

/** A key that can sign passes, or an error as the end of a sentence about its file. */
export type ParsedKey = { key: KeyObject } | { error: string }

/**
 * Finds the key of a certificate in a file, which holds two for a moment while `certs import` replaces
 * an identity. Without one that belongs to it, the first key or its error.
 */
export function findPrivateKey(
  bytes: Uint8Array,
  password: string | undefined,
  certificate: X509Certificate | undefined,
): ParsedKey {
  const blocks = findPrivateKeyBlocks(Buffer.from(bytes).toString())
  const keys = blocks.map((block) => parsePrivateKey(Buffer.from(block), password))
  const own = keys.find((parsed) => 'key' in parsed && certificate?.checkPrivateKey(parsed.key))
  return own ?? parsePrivateKey(bytes, password)
}

/** The private keys in a text, each as a PEM block. */
export function findPrivateKeyBlocks(text: string): string[] {
  return (
    text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g) ?? []
  )
}

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
    const error = describeWeakKey(key)
    return error === undefined ? { key } : { error }
  } catch (error) {
    return {
      error: encrypted ? describeDecryptError(error) : 'is damaged; export the private key again',
    }
  }
}

/** Why Wallet does not take signatures of a key, as the end of a sentence; undefined when it does. */
export function describeWeakKey(key: KeyObject): string | undefined {
  // Wallet accepts only RSA signatures, and Apple issues these certificates for 2048 bits.
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (key.asymmetricKeyType === 'rsa' && bits !== undefined && bits >= 2048) return undefined
  const found = key.asymmetricKeyType === 'rsa' ? `RSA with ${bits} bits` : key.asymmetricKeyType
  return `is ${found}; Wallet needs RSA with at least 2048 bits, so request a new certificate`
}

function describeDecryptError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.includes('UNSUPPORTED')
    ? 'is encrypted in a way that is no longer supported; run "passwright certs import" with the path of certificate.pem'
    : 'is encrypted and CERTIFICATE_PASSWORD does not open it; correct the password'
}
