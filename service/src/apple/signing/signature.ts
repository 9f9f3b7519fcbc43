import { hash, sign, verify, type X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import type { Identity } from '../certificates/identity.ts'
import { encodeDer, encodeDerObjectId, encodeDerSetOf, readDer, tags } from './der.ts'

// With a callback it runs on the thread pool: RSA takes 90 % of the time for a pass, and would
// block the event loop.
const signOnPool = promisify(sign)

/**
 * Signs a manifest: a detached CMS SignedData in DER over exactly these bytes (RFC 5652), with
 * SHA-256, RSA PKCS#1 v1.5 and the signing time. The same input gives the same bytes.
 */
export async function signManifest(
  manifest: Uint8Array,
  identity: Identity,
  signingTime: Date,
): Promise<Buffer> {
  const time = formatTime(signingTime)
  const template = getTemplate(identity, time)

  const signature = Buffer.from(template.bytes)
  signature.write(time, template.timeAt, 'latin1')
  hash('sha256', manifest, 'buffer').copy(signature, template.digestAt)
  const attributes = toSignedAttributes(signature, template)
  const value = await signOnPool('sha256', attributes, identity.key)
  value.copy(signature, template.valueAt)

  if (!template.isVerified) {
    assertSignatureVerifies(signature, template, identity)
    template.isVerified = true
  }
  return signature
}

/** A complete SignedData in which the time, the manifest's digest and the RSA value are filled in. */
interface Template {
  bytes: Buffer
  timeAt: number
  digestAt: number
  attributesAt: number
  attributesEnd: number
  /** The RSA value is at the end. */
  valueAt: number
  /** Whether a signature created from it has been verified. */
  isVerified: boolean
}

// One template per identity and length of the time, because the rest never changes.
const templates = new WeakMap<Identity, Map<number, Template>>()

function getTemplate(identity: Identity, time: string): Template {
  const known = templates.get(identity)
  const byTimeLength = known ?? new Map<number, Template>()
  if (known === undefined) templates.set(identity, byTimeLength)
  const template = byTimeLength.get(time.length) ?? buildTemplate(identity, time)
  byTimeLength.set(time.length, template)
  return template
}

function buildTemplate({ certificate, chain, key }: Identity, time: string): Template {
  const modulusBits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const digest = Buffer.alloc(32)
  const attributes = encodeDerSetOf(tags.context0, [
    encodeAttribute(oids.contentType, encodeDerObjectId(oids.data)),
    encodeAttribute(oids.signingTime, encodeDer(getTimeTag(time), Buffer.from(time))),
    encodeAttribute(oids.messageDigest, encodeDer(tags.octetString, digest)),
  ])
  const signerInfo = encodeDer(
    tags.sequence,
    versionOne,
    encodeIssuerAndSerialNumber(certificate),
    encodeAlgorithm(oids.sha256),
    attributes,
    encodeAlgorithm(oids.rsaEncryption),
    encodeDer(tags.octetString, Buffer.alloc(Math.ceil(modulusBits / 8))),
  )
  const signedData = encodeDer(
    tags.sequence,
    versionOne,
    encodeDer(tags.set, encodeAlgorithm(oids.sha256)),
    encodeDer(tags.sequence, encodeDerObjectId(oids.data)),
    encodeDerSetOf(
      tags.context0,
      [certificate, ...chain].map(({ raw }) => raw),
    ),
    encodeDer(tags.set, signerInfo),
  )
  const bytes = encodeDer(
    tags.sequence,
    encodeDerObjectId(oids.signedData),
    encodeDer(tags.context0, signedData),
  )
  const attributesAt = bytes.indexOf(attributes)
  return {
    bytes,
    timeAt: attributesAt + attributes.indexOf(time),
    digestAt: attributesAt + attributes.indexOf(digest),
    attributesAt,
    attributesEnd: attributesAt + attributes.length,
    valueAt: bytes.length - Math.ceil(modulusBits / 8),
    isVerified: false,
  }
}

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
} as const

const versionOne = encodeDer(tags.integer, Buffer.from([1]))

function encodeAttribute(type: string, value: Buffer): Buffer {
  return encodeDer(tags.sequence, encodeDerObjectId(type), encodeDer(tags.set, value))
}

// With NULL parameters for SHA-256 too, like `openssl smime`, whose signatures Wallet accepts.
function encodeAlgorithm(id: string): Buffer {
  return encodeDer(tags.sequence, encodeDerObjectId(id), encodeDer(tags.null))
}

// Copied from the certificate, which has both in the same encoding.
function encodeIssuerAndSerialNumber({ raw }: X509Certificate): Buffer {
  const certificate = readDer(raw, 0)
  const content = readDer(raw, certificate.contentStart)
  const version = readDer(raw, content.contentStart)
  const serialNumber = readDer(raw, version.end)
  const signatureAlgorithm = readDer(raw, serialNumber.end)
  const issuer = readDer(raw, signatureAlgorithm.end)
  return encodeDer(
    tags.sequence,
    raw.subarray(issuer.start, issuer.end),
    raw.subarray(serialNumber.start, serialNumber.end),
  )
}

// The signature covers the attributes as a SET OF, not with the tag [0] (RFC 5652, 5.4).
function toSignedAttributes(signature: Buffer, template: Template): Buffer {
  const attributes = Buffer.from(signature.subarray(template.attributesAt, template.attributesEnd))
  attributes[0] = tags.set
  return attributes
}

// UTCTime through 2049, GeneralizedTime from 2050 (RFC 5652, 11.3), both to the second.
function formatTime(instant: Date): string {
  const digits = instant.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
  return instant.getUTCFullYear() < 2050 ? `${digits.slice(2)}Z` : `${digits}Z`
}

function getTimeTag(time: string): number {
  return time.length === 13 ? tags.utcTime : tags.generalizedTime
}

function assertSignatureVerifies(
  signature: Buffer,
  template: Template,
  { certificate }: Identity,
): void {
  const isValid =
    signature.includes(certificate.raw) &&
    verify(
      'sha256',
      toSignedAttributes(signature, template),
      certificate.publicKey,
      signature.subarray(template.valueAt),
    )
  if (!isValid) throw new Error('The signature does not verify with its own certificate')
}
