import { X509Certificate } from 'node:crypto'
import { encodeDer, encodeDerSetOf } from '../signing/der.ts'
import { type BerValue, listChildren, readBer, readObjectId, readOctets } from './ber.ts'

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
const tags = { set: 0x31, sequence: 0x30, context0: 0xa0, keyId: 0x80, constructedKeyId: 0xa0 }
const MAX_CERTIFICATES = 20
const MAX_ATTRIBUTES = 50

/** Parses a signature; throws when it is no SignedData. */
export function parseCms(bytes: Buffer): CmsSignature {
  const contentInfo = readBer(bytes)
  const [type, wrapper] = readParts(contentInfo, tags.sequence)
  if (!type || !wrapper || readObjectId(type) !== signedDataId) throw new Error('No SignedData')
  const [signedData] = listChildren(wrapper)
  const parts = readParts(signedData, tags.sequence)
  const content = parts[2]
  const signerInfos = parts.findLast(({ tag }) => tag === tags.set)
  const certificates = parts.slice(3).find(({ tag }) => tag === tags.context0)
  if (!signedData || !content || !signerInfos || parts.indexOf(signerInfos) < 3) {
    throw new Error('No SignedData')
  }
  const signers = listChildren(signerInfos).map(parseSigner)
  const isDer =
    [contentInfo, wrapper, signedData, ...parts].every((part) => part.isDer) &&
    contentInfo.encoding.length === bytes.length &&
    signers.every(({ attributes }) => !attributes || attributes.signed.equals(attributes.sorted))
  return {
    certificates: certificates ? parseCertificates(certificates) : [],
    hasContent: listChildren(content).length > 1,
    signers,
    isDer,
  }
}

function readParts(value: BerValue | undefined, tag: number): BerValue[] {
  if (value?.tag !== tag) throw new Error('No SignedData')
  return listChildren(value)
}

function parseCertificates(set: BerValue): X509Certificate[] {
  return listChildren(set)
    .slice(0, MAX_CERTIFICATES)
    .flatMap(({ encoding }) => {
      try {
        const certificate = new X509Certificate(encoding)
        // Node parses the key only when it is asked for, and throws then.
        return certificate.publicKey.type === 'public' ? certificate : []
      } catch {
        return []
      }
    })
}

function parseSigner(signerInfo: BerValue): CmsSigner {
  const [, id, digest, ...rest] = readParts(signerInfo, tags.sequence)
  const attributes = rest[0]?.tag === tags.context0 ? rest[0] : undefined
  const value = readOctets(rest[attributes ? 2 : 1])
  const digestId = digest && listChildren(digest)[0]
  if (!id || !digestId || !value) throw new Error('No signer')
  return {
    certificateId: parseCertificateId(id),
    digest: readObjectId(digestId),
    attributes: attributes && parseAttributes(attributes),
    value,
  }
}

function parseCertificateId(id: BerValue): CmsSigner['certificateId'] {
  if (id.tag === tags.sequence) {
    const serialNumber = listChildren(id)[1]?.content.toString('hex') ?? ''
    return { serialNumber: trimZeros(serialNumber) }
  }
  const keyId = id.tag === tags.constructedKeyId ? listChildren(id)[0]?.content : id.content
  return { keyId: keyId?.toString('hex') ?? '' }
}

/** A serial number in lower-case hex without zeros in front. */
export function trimZeros(hex: string): string {
  return hex.toLowerCase().replace(/^0+/, '')
}

function parseAttributes(attributes: BerValue): SignedAttributes {
  const encodings = listChildren(attributes)
  if (encodings.length > MAX_ATTRIBUTES) throw new Error('Too many attributes')
  const values = new Map<string, BerValue[]>()
  for (const attribute of encodings) {
    const [type, set] = readParts(attribute, tags.sequence)
    if (!type || !set) throw new Error('No attribute')
    const id = readObjectId(type)
    values.set(id, [...(values.get(id) ?? []), ...listChildren(set)])
  }
  const all = encodings.map(({ encoding }) => encoding)
  const signed = encodeDer(tags.set, ...all)
  const sorted = encodeDerSetOf(tags.set, all)
  return {
    signed,
    sorted,
    values,
  }
}
