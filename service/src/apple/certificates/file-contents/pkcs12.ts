import {
  createHmac,
  createPrivateKey,
  type KeyObject,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto'
import { type BerValue, berTags, getItem, readBer, toObjectId, toOctets } from './ber.ts'
import {
  decryptWithPassword,
  type EncodedPassword,
  toIterations,
  UnsupportedEncryption,
} from './password-encryption.ts'
import { derivePkcs12Key } from './pkcs12-key.ts'

/** What a .p12 file holds. */
export interface Pkcs12Contents {
  certificates: X509Certificate[]
  keys: KeyObject[]
}

/** Whether a value is a .p12 file (PFX): version 3, then its content. */
export function isPkcs12(value: BerValue): boolean {
  const [version, content] = value.items
  return (
    value.tag === berTags.sequence &&
    version?.raw.equals(Buffer.from([2, 1, 3])) === true &&
    content?.tag === berTags.sequence
  )
}

/**
 * Opens a .p12 file (RFC 7292) as Keychain, OpenSSL, Java and Windows write it. Returns undefined when
 * the password is wrong; throws when the file is damaged.
 */
export function openPkcs12(file: BerValue, password: string): Pkcs12Contents | undefined {
  const content = toOctets(getItem(getItem(getItem(file, 1), 1), 0))
  const mac = file.items[2]
  for (const encoded of encodePassword(password)) {
    const isRight = mac === undefined ? undefined : checkMac(mac, content, encoded)
    if (isRight === false) continue
    try {
      return readSafes(readBer(content), encoded)
    } catch (error) {
      if (isRight === true || error instanceof UnsupportedEncryption) throw error
    }
  }
  return undefined
}

/** No password is written in two ways, and old programs took each byte of UTF-8 for a character. */
function encodePassword(password: string): EncodedPassword[] {
  const utf8 = Buffer.from(password)
  const withZero = toBmp(`${password}\0`)
  if (password === '') return [withZero, Buffer.alloc(0)].map((bmp) => ({ utf8, bmp }))
  const asLatin1 = toBmp(`${utf8.toString('latin1')}\0`)
  return [withZero, ...(asLatin1.equals(withZero) ? [] : [asLatin1])].map((bmp) => ({ utf8, bmp }))
}

function toBmp(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

const digests: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** Undefined for a MAC of another kind: then decryption shows whether the password is right. */
function checkMac(mac: BerValue, content: Buffer, { bmp }: EncodedPassword): boolean | undefined {
  const digestInfo = getItem(mac, 0)
  const digest = digests[toObjectId(getItem(getItem(digestInfo, 0), 0))]
  if (digest === undefined) return undefined
  const expected = toOctets(getItem(digestInfo, 1))
  const key = derivePkcs12Key({
    password: bmp,
    salt: toOctets(getItem(mac, 1)),
    iterations: mac.items[2] === undefined ? 1 : toIterations(mac.items[2]),
    purpose: 'mac',
    length: expected.length,
    digest,
  })
  const actual = createHmac(digest, key).update(content).digest()
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

const contentTypes = { data: '1.2.840.113549.1.7.1', encrypted: '1.2.840.113549.1.7.6' }

function readSafes(safes: BerValue, password: EncodedPassword): Pkcs12Contents {
  const found: Pkcs12Contents = { certificates: [], keys: [] }
  for (const safe of safes.items) addBags(found, readBer(openSafe(safe, password)), password)
  return found
}

function openSafe(safe: BerValue, password: EncodedPassword): Buffer {
  const type = toObjectId(getItem(safe, 0))
  const content = getItem(getItem(safe, 1), 0)
  if (type === contentTypes.data) return toOctets(content)
  if (type !== contentTypes.encrypted) {
    throw new UnsupportedEncryption('a public key instead of a password')
  }
  const encrypted = getItem(content, 1)
  return decryptWithPassword(getItem(encrypted, 1), password, toOctets(getItem(encrypted, 2)))
}

const bagTypes = '1.2.840.113549.1.12.10.1'
const x509Certificate = '1.2.840.113549.1.9.22.1'

/** Adds the certificates and keys; revocation lists and other secrets are left out. */
function addBags(found: Pkcs12Contents, bags: BerValue, password: EncodedPassword): void {
  for (const bag of bags.items) {
    const type = toObjectId(getItem(bag, 0))
    const value = getItem(getItem(bag, 1), 0)
    if (type === `${bagTypes}.1`) found.keys.push(toPrivateKey(value.raw))
    if (type === `${bagTypes}.2`) {
      const data = toOctets(getItem(value, 1))
      found.keys.push(toPrivateKey(decryptWithPassword(getItem(value, 0), password, data)))
    }
    if (type === `${bagTypes}.3` && toObjectId(getItem(value, 0)) === x509Certificate) {
      const der = toOctets(getItem(getItem(value, 1), 0))
      found.certificates.push(new X509Certificate(der))
    }
    if (type === `${bagTypes}.6`) addBags(found, value, password)
  }
}

function toPrivateKey(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}
