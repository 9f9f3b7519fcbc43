import { createDecipheriv, hash, pbkdf2Sync, scryptSync } from 'node:crypto'
import { type BerValue, berTags, getItem, toNumber, toObjectId, toOctets } from './ber.ts'
import { derivePkcs12Key } from './pkcs12-key.ts'
import { decryptRc2Cbc } from './rc2.ts'

/** Encrypted in a way that is not read here; the message names it. */
export class UnsupportedEncryption extends Error {}

/** A password in the encodings that the schemes use. */
export interface EncodedPassword {
  /** For PBES1 and PBES2. */
  utf8: Buffer
  /** For the schemes of PKCS#12: UTF-16 in big endian, mostly with a zero at its end. */
  bmp: Buffer
}

type Decrypt = (parameters: BerValue, password: EncodedPassword, data: Buffer) => Buffer

/** More rounds than any program uses; each file says itself how many it needs. */
const MAX_ITERATIONS = 10_000_000

/**
 * Decrypts with an AlgorithmIdentifier of password-based encryption: RFC 7292 (PKCS#12), RFC 8018 (PBES1
 * and PBES2). Throws `UnsupportedEncryption`, or any other error when the password is wrong.
 */
export function decryptWithPassword(
  algorithm: BerValue,
  password: EncodedPassword,
  data: Buffer,
): Buffer {
  const id = toObjectId(getItem(algorithm, 0))
  const decrypt = schemes[id]
  if (decrypt === undefined) throw new UnsupportedEncryption(unsupported[id] ?? id)
  return decrypt(getItem(algorithm, 1), password, data)
}

const schemes: Record<string, Decrypt> = {
  '1.2.840.113549.1.12.1.3': pkcs12Scheme(24, decryptTripleDes),
  '1.2.840.113549.1.12.1.4': pkcs12Scheme(16, decryptTripleDes),
  '1.2.840.113549.1.12.1.5': pkcs12Scheme(16, (key, iv, data) => decryptRc2Cbc(key, 128, iv, data)),
  '1.2.840.113549.1.12.1.6': pkcs12Scheme(5, (key, iv, data) => decryptRc2Cbc(key, 40, iv, data)),
  '1.2.840.113549.1.5.3': pbes1Scheme('md5'),
  '1.2.840.113549.1.5.10': pbes1Scheme('sha1'),
  '1.2.840.113549.1.5.13': decryptPbes2,
}

/** Names of schemes that nothing has written for twenty years. */
const unsupported: Record<string, string> = {
  '1.2.840.113549.1.12.1.1': 'RC4',
  '1.2.840.113549.1.12.1.2': 'RC4',
}

type DecryptBlocks = (key: Buffer, iv: Buffer, data: Buffer) => Buffer

function pkcs12Scheme(keyLength: number, decrypt: DecryptBlocks): Decrypt {
  return (parameters, { bmp }, data) => {
    const salt = toOctets(getItem(parameters, 0))
    const iterations = toIterations(getItem(parameters, 1))
    const derive = (purpose: 'key' | 'iv', length: number) =>
      derivePkcs12Key({ password: bmp, salt, iterations, purpose, length, digest: 'sha1' })
    return decrypt(derive('key', keyLength), derive('iv', 8), data)
  }
}

function pbes1Scheme(digest: 'md5' | 'sha1'): Decrypt {
  return (parameters, { utf8 }, data) => {
    const salt = toOctets(getItem(parameters, 0))
    const iterations = toIterations(getItem(parameters, 1))
    let derived = Buffer.concat([utf8, salt])
    for (let i = 0; i < iterations; i++) derived = hash(digest, derived, 'buffer')
    return decryptTripleDes(derived.subarray(0, 8), derived.subarray(8, 16), data)
  }
}

/** DES with one, two or three keys. OpenSSL 3 has only the last, which with equal keys is the first. */
function decryptTripleDes(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const tripled = Buffer.concat([key, key, key]).subarray(0, 24)
  return decryptCbc('des-ede3-cbc', tripled, iv, data)
}

function decryptCbc(name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const cipher = createDecipheriv(name, key, iv)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

interface Cipher {
  keyLength: number
  decrypt: DecryptBlocks
}

const toCipher = (name: string, keyLength: number): Cipher => ({
  keyLength,
  decrypt: (key, iv, data) => decryptCbc(name, key, iv, data),
})

const ciphers: Record<string, Cipher> = {
  '2.16.840.1.101.3.4.1.2': toCipher('aes-128-cbc', 16),
  '2.16.840.1.101.3.4.1.22': toCipher('aes-192-cbc', 24),
  '2.16.840.1.101.3.4.1.42': toCipher('aes-256-cbc', 32),
  '1.2.840.113549.3.7': { keyLength: 24, decrypt: decryptTripleDes },
  '1.3.14.3.2.7': { keyLength: 8, decrypt: decryptTripleDes },
}

function decryptPbes2(parameters: BerValue, { utf8 }: EncodedPassword, data: Buffer): Buffer {
  const [derivation, encryption] = [getItem(parameters, 0), getItem(parameters, 1)]
  const id = toObjectId(getItem(encryption, 0))
  const cipher = ciphers[id]
  if (cipher === undefined) throw new UnsupportedEncryption(id)
  const key = deriveKey(derivation, utf8, cipher.keyLength)
  return cipher.decrypt(key, toOctets(getItem(encryption, 1)), data)
}

function deriveKey(derivation: BerValue, password: Buffer, keyLength: number): Buffer {
  const id = toObjectId(getItem(derivation, 0))
  const parameters = getItem(derivation, 1)
  const salt = toOctets(getItem(parameters, 0))
  if (id === '1.3.6.1.4.1.11591.4.11') {
    const [N, r, p] = [1, 2, 3].map((index) => toNumber(getItem(parameters, index)))
    return scryptSync(password, salt, keyLength, { N, r, p, maxmem: 256 * 1024 * 1024 })
  }
  if (id !== '1.2.840.113549.1.5.12') throw new UnsupportedEncryption(id)
  const prf = parameters.items.slice(2).find(({ tag }) => tag === berTags.sequence)
  const digest = prf === undefined ? 'sha1' : hmacDigests[toObjectId(getItem(prf, 0))]
  if (digest === undefined) throw new UnsupportedEncryption(id)
  return pbkdf2Sync(password, salt, toIterations(getItem(parameters, 1)), keyLength, digest)
}

const hmacDigests: Record<string, string> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}

/** How many rounds a file asks for; throws when that would take minutes. */
export function toIterations(value: BerValue): number {
  const iterations = toNumber(value)
  if (iterations > MAX_ITERATIONS) {
    throw new UnsupportedEncryption(`${iterations} rounds`)
  }
  return iterations
}
