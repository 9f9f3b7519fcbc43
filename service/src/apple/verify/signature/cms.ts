import { X509Certificate } from 'node:crypto'
import {
  type BerValue,
  berTags,
  readBer,
  toObjectId,
  toOctets,
} from '../../certificates/file-contents/ber.ts'
import { encodeDer, encodeDerSetOf } from '../../signing/der.ts'

/** A CMS SignedData (RFC 5652), as the file `signature` of a pass holds one. */
export interface CmsSignature {
  /** The certificates in it that can be read. */
  certificates: X509Certificate[]
  /** Whether it contains what it signs. */
  hasContent: boolean
  signers: CmsSigner[]
  /** Whether it is in DER, the strict encoding. */
  isDer: boolean
}

export interface CmsSigner {
  /** The serial number of the signer's certificate in hex, or its key identifier. */
  certificateId: { serialNumber: string } | { keyId: string }
  /** The object identifier of the hash. */
  digest: string
  /** Undefined when nothing but the content is signed. */
  attributes: SignedAttributes | undefined
  value: Buffer
}

export interface SignedAttributes {
  /** What the signature value covers: the attributes as a SET OF (RFC 5652, 5.4). */
  signed: Buffer
  /** The same sorted as DER demands. */
  sorted: Buffer
  /** The values of each attribute by its object identifier; an attribute twice has both. */
  values: Map<string, BerValue[]>
}

const signedDataId = '1.2.840.113549.1.7.2'
const tags = {
  set: 0x31,
  sequence: berTags.sequence,
  context0: 0xa0,
  constructedKeyId: 0xa0,
  constructedOctetString: 0x24,
}
const MAX_CERTIFICATES = 20
const MAX_ATTRIBUTES = 50

/** Parses a signature; throws when it is no SignedData. */
export function parseCms(bytes: Buffer): CmsSignature {
  const contentInfo = readBer(bytes)
  const [type, wrapper] = readParts(contentInfo, tags.sequence)
  if (!type || !wrapper || toObjectId(type) !== signedDataId) throw new Error('No SignedData')
  const [signedData] = wrapper.items
  const parts = readParts(signedData, tags.sequence)
  const content = parts[2]
  const signerInfos = parts.findLast(({ tag }) => tag === tags.set)
  const certificates = parts.slice(3).find(({ tag }) => tag === tags.context0)
  if (!signedData || !content || !signerInfos || parts.indexOf(signerInfos) < 3) {
    throw new Error('No SignedData')
  }
  const signers = signerInfos.items.map(parseSigner)
  const isDer =
    [contentInfo, wrapper, signedData, ...parts].every((part) => part.isDer) &&
    contentInfo.raw.length === bytes.length &&
    signers.every(({ attributes }) => !attributes || attributes.signed.equals(attributes.sorted))
  return {
    certificates: certificates ? parseCertificates(certificates) : [],
    hasContent: content.items.length > 1,
    signers,
    isDer,
  }
}

function readParts(value: BerValue | undefined, tag: number): readonly BerValue[] {
  if (value?.tag !== tag) throw new Error('No SignedData')
  return value.items
}

function parseCertificates(set: BerValue): X509Certificate[] {
  return set.items.slice(0, MAX_CERTIFICATES).flatMap(({ raw }) => {
    try {
      const certificate = new X509Certificate(raw)
      // Node parses the key only when it is asked for, and throws then.
      return certificate.publicKey.type === 'public' ? certificate : []
    } catch {
      return []
    }
  })
}

/** The bytes of an OCTET STRING, which BER may write in pieces; undefined for another value. */
export function readOctets(value: BerValue | undefined): Buffer | undefined {
  const isOctetString =
    value?.tag === berTags.octetString || value?.tag === tags.constructedOctetString
  return isOctetString ? toOctets(value) : undefined
}

function parseSigner(signerInfo: BerValue): CmsSigner {
  const [, id, digest, ...rest] = readParts(signerInfo, tags.sequence)
  const attributes = rest[0]?.tag === tags.context0 ? rest[0] : undefined
  const value = readOctets(rest[attributes ? 2 : 1])
  const digestId = digest?.items[0]
  if (!id || !digestId || !value) throw new Error('No signer')
  return {
    certificateId: parseCertificateId(id),
    digest: toObjectId(digestId),
    attributes: attributes && parseAttributes(attributes),
    value,
  }
}

function parseCertificateId(id: BerValue): CmsSigner['certificateId'] {
  if (id.tag === tags.sequence) {
    const serialNumber = id.items[1]?.content.toString('hex') ?? ''
    return { serialNumber: trimZeros(serialNumber) }
  }
  const keyId = id.tag === tags.constructedKeyId ? id.items[0]?.content : id.content
  return { keyId: keyId?.toString('hex') ?? '' }
}

/** A serial number in lower-case hex without zeros in front. */
export function trimZeros(hex: string): string {
  return hex.toLowerCase().replace(/^0+/, '')
}

function parseAttributes(attributes: BerValue): SignedAttributes {
  if (attributes.items.length > MAX_ATTRIBUTES) throw new Error('Too many attributes')
  const values = new Map<string, BerValue[]>()
  for (const attribute of attributes.items) {
    const [type, set] = readParts(attribute, tags.sequence)
    if (!type || !set) throw new Error('No attribute')
    const id = toObjectId(type)
    values.set(id, [...(values.get(id) ?? []), ...set.items])
  }
  const all = attributes.items.map(({ raw }) => raw)
  const signed = encodeDer(tags.set, ...all)
  const sorted = encodeDerSetOf(tags.set, all)
  return {
    signed,
    sorted,
    values,
  }
}
