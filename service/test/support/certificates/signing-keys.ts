import { KeyObject, webcrypto } from 'node:crypto'

/** The signing keys of the tests: `short` is too short, `elliptic` is not RSA. */
export type KeyName = 'root' | 'wwdr' | 'leaf' | 'other' | 'third' | 'short' | 'long' | 'elliptic'

/** The algorithm of Apple's certificates. */
export const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const bits: Partial<Record<KeyName, number>> = { short: 1024, long: 3072 }

// Generating RSA keys is slow, so each is generated once per process.
const keyPairs = new Map<KeyName, Promise<webcrypto.CryptoKeyPair>>()

/** Returns a key pair, generated at the first call. */
export function getKeyPair(name: KeyName): Promise<webcrypto.CryptoKeyPair> {
  const known = keyPairs.get(name)
  if (known !== undefined) return known
  const created =
    name === 'elliptic'
      ? webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
      : webcrypto.subtle.generateKey({ ...rsa, modulusLength: bits[name] ?? 2048 }, true, ['sign'])
  keyPairs.set(name, created)
  return created
}

/** Returns a private key as the service loads it. */
export async function getPrivateKey(name: KeyName): Promise<KeyObject> {
  return KeyObject.from((await getKeyPair(name)).privateKey)
}

/** Returns a private key in PEM, encrypted if there is a password. */
export async function getPrivateKeyPem(
  name: KeyName,
  options: { type?: 'pkcs8' | 'pkcs1'; passphrase?: string } = {},
): Promise<string> {
  const { type = 'pkcs8', passphrase } = options
  const key = await getPrivateKey(name)
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return key.export({ type, format: 'pem', ...encryption }).toString()
}
