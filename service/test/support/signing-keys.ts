import { KeyObject, webcrypto } from 'node:crypto'

/** The signing keys of the tests: `short` is too short, `elliptic` is no RSA. */
export type KeyName = 'root' | 'wwdr' | 'leaf' | 'other' | 'third' | 'short' | 'long' | 'elliptic'

/** What Apple signs with, and wants to see signed. */
export const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const bits: Partial<Record<KeyName, number>> = { short: 1024, long: 3072 }

// Making RSA keys is the slow part, so each is made once in a process.
const keyPairs = new Map<KeyName, Promise<webcrypto.CryptoKeyPair>>()

/** One of the key pairs, made when first asked for. */
export function keyPair(name: KeyName): Promise<webcrypto.CryptoKeyPair> {
  const known = keyPairs.get(name)
  if (known !== undefined) return known
  const made =
    name === 'elliptic'
      ? webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
      : webcrypto.subtle.generateKey({ ...rsa, modulusLength: bits[name] ?? 2048 }, true, ['sign'])
  keyPairs.set(name, made)
  return made
}

/** One of the private keys, as the service holds it. */
export async function privateKey(name: KeyName): Promise<KeyObject> {
  return KeyObject.from((await keyPair(name)).privateKey)
}

/** One of the private keys in PEM; encrypted where a password is given. */
export async function privateKeyPem(
  name: KeyName,
  options: { type?: 'pkcs8' | 'pkcs1'; passphrase?: string } = {},
): Promise<string> {
  const { type = 'pkcs8', passphrase } = options
  const key = await privateKey(name)
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return key.export({ type, format: 'pem', ...locked }).toString()
}
