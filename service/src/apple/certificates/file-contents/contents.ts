import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type BerValue, berTags, getItem, readBer, toObjectId, toOctets } from './ber.ts'
import { describeWrongFile } from './file-kinds.ts'
import { decryptWithPassword, UnsupportedEncryption } from './password-encryption.ts'
import { decodeBase64, findPemBlocks, type PemBlock, toText } from './pem.ts'
import { isPkcs12, openPkcs12 } from './pkcs12.ts'

/** Something in a file. */
export type Content =
  | { kind: 'certificate'; certificate: X509Certificate }
  | { kind: 'key'; key: KeyObject }
  | Locked
  /** Nothing to import; `reason` is the end of a sentence that begins with the path of the file. */
  | { kind: 'other'; reason: string }

/** What only a password opens. */
export interface Locked {
  kind: 'locked'
  /** Undefined when the password is wrong. */
  open: (password: string) => Content[] | undefined
}

/**
 * Finds the certificates and keys in the bytes of a file: DER or PEM, PKCS#12, PKCS#7, PKCS#8 and the
 * older kinds of keys, whatever the file is called. Never throws: what cannot be read says why.
 */
export function findContents(bytes: Buffer): Content[] {
  const text = toText(bytes)
  const blocks = findPemBlocks(text)
  if (blocks.length > 0) return blocks.flatMap(readPemBlock)
  const der = /^\s*MI/.test(text) ? (decodeBase64(text) ?? bytes) : bytes
  const found = readDer(der)
  if (found !== undefined) return found
  if (text.includes('-----BEGIN ')) {
    return [other('is cut off: a line "-----END …-----" is missing; copy the whole file again')]
  }
  return [other(describeWrongFile(bytes, 'import') ?? noContent)]
}

const noContent =
  'holds no certificate and no key; import the .cer that Apple issued, or a .p12 from Keychain Access'

function other(reason: string): Content {
  return { kind: 'other', reason }
}

/** The readers of PEM blocks, by what the first line says. */
const pemReaders: readonly [label: RegExp, read: (block: PemBlock) => Content[]][] = [
  [/^(?:TRUSTED |X509 )?CERTIFICATE$/, ({ der }) => readCertificate(der)],
  [/^OPENSSH PRIVATE KEY$/, describePemBlock],
  [/PRIVATE KEY$/, readPemKey],
  [/^(?:PKCS7|CMS|PKCS12|PFX)$/, ({ der }) => readDer(der) ?? [other(damaged)]],
  [/^(?:EC |DSA |DH )?PARAMETERS$/, () => []],
  [/./, describePemBlock],
]

const damaged = 'is damaged; export or download it again'

function readPemBlock(block: PemBlock): Content[] {
  const read = pemReaders.find(([label]) => label.test(block.label))?.[1] ?? describePemBlock
  return read(block)
}

function describePemBlock({ label }: PemBlock): Content[] {
  const line = Buffer.from(`-----BEGIN ${label}-----`)
  return [other(describeWrongFile(line, 'import') ?? `holds "${label}", which is not needed`)]
}

/** OpenSSL's older keys say in their headers how they are encrypted. */
function readPemKey(block: PemBlock): Content[] {
  if (block.headers.length === 0) return readDer(block.der) ?? [other(damaged)]
  const lines = [...block.headers, '', ...(block.der.toString('base64').match(/.{1,64}/g) ?? [])]
  const pem = `-----BEGIN ${block.label}-----\n${lines.join('\n')}\n-----END ${block.label}-----\n`
  if (/^DEK-Info: (?:DES-CBC|RC\d)/m.test(lines.join('\n'))) {
    return [other(describeUnsupported('DES'))]
  }
  const open = (password: string): Content[] | undefined => {
    try {
      return [{ kind: 'key', key: createPrivateKey({ key: pem, passphrase: password }) }]
    } catch {
      return undefined
    }
  }
  return [{ kind: 'locked', open }]
}

/** Undefined when the bytes are nothing of what we read. */
function readDer(der: Buffer): Content[] | undefined {
  const value = attempt(() => readBer(der))
  if (value?.tag !== berTags.sequence) return undefined
  if (isPkcs12(value)) return readPkcs12(value)
  if (isEncryptedKey(value)) return readEncryptedKey(value)
  if (isPkcs7(value)) return readPkcs7(value)
  const key = attempt(() => toPrivateKey(value.raw))
  if (key !== undefined) return [{ kind: 'key', key }]
  const certificate = attempt(() => new X509Certificate(value.raw))
  return certificate && [{ kind: 'certificate', certificate }]
}

function readCertificate(der: Buffer): Content[] {
  // A "trusted" certificate of OpenSSL has more after it.
  const certificate = attempt(() => new X509Certificate(readBer(der).raw))
  return [certificate ? { kind: 'certificate', certificate } : other(damaged)]
}

function toPrivateKey(der: Buffer): KeyObject {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const key = attempt(() => createPrivateKey({ key: der, format: 'der', type }))
    if (key !== undefined) return key
  }
  throw new Error('not a private key')
}

function readPkcs12(file: BerValue): Content[] {
  return tryWithoutPassword((password) => {
    const opened = openPkcs12(file, password)
    if (opened === undefined) return undefined
    const certificates = opened.certificates.map(
      (certificate): Content => ({ kind: 'certificate', certificate }),
    )
    return [...certificates, ...opened.keys.map((key): Content => ({ kind: 'key', key }))]
  })
}

/** EncryptedPrivateKeyInfo of PKCS#8: how it is encrypted, then the encrypted key. */
function isEncryptedKey({ items }: BerValue): boolean {
  const [algorithm, data] = items
  const isPair = items.length === 2 && data?.tag === berTags.octetString
  return isPair && algorithm?.items[0]?.tag === berTags.objectId
}

function readEncryptedKey(value: BerValue): Content[] {
  return tryWithoutPassword((password) => {
    const bmp = Buffer.from(`${password}\0`, 'utf16le').swap16()
    const encoded = { utf8: Buffer.from(password), bmp }
    try {
      const data = toOctets(getItem(value, 1))
      const key = toPrivateKey(decryptWithPassword(getItem(value, 0), encoded, data))
      return [{ kind: 'key', key }]
    } catch (error) {
      if (error instanceof UnsupportedEncryption) throw error
      return undefined
    }
  })
}

/** Many a .p12 has an empty password, and nobody should be asked for that one. */
function tryWithoutPassword(read: Locked['open']): Content[] {
  const open: Locked['open'] = (password) => {
    try {
      return read(password)
    } catch (error) {
      const isUnsupported = error instanceof UnsupportedEncryption
      return [other(isUnsupported ? describeUnsupported(error.message) : damaged)]
    }
  }
  return open('') ?? [{ kind: 'locked', open }]
}

function describeUnsupported(name: string): string {
  return `is encrypted with ${name}, which is not supported any more; export it again from where it came from`
}

const pkcs7SignedData = '1.2.840.113549.1.7.2'

function isPkcs7(value: BerValue): boolean {
  const [type] = value.items
  return type?.tag === berTags.objectId && attempt(() => toObjectId(type)) === pkcs7SignedData
}

/** SignedData: the certificates are in the first item with the context tag 0. */
function readPkcs7(value: BerValue): Content[] {
  const certificates = attempt(() =>
    getItem(getItem(value, 1), 0).items.find(({ tag }) => tag === 0xa0),
  )
  const found = certificates?.items.flatMap(({ raw }) => readCertificate(raw)) ?? []
  return found.length > 0 ? found : [other('is a .p7b file (PKCS#7) without a certificate in it')]
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
