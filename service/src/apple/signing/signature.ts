import { hash, sign, verify, type X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import type { Identity } from '../certificates/identity.ts'
import { encodeDer, encodeDerObjectId, encodeDerSetOf, readDer, tags } from './der.ts'

// With a callback, so on the thread pool: RSA is nine tenths of a pass, and the loop stays free.
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
  const time = timeText(signingTime)
  const template = templateFor(identity, time)

  const signature = Buffer.from(template.bytes)
  signature.write(time, template.timeAt, 'latin1')
  hash('sha256', manifest, 'buffer').copy(signature, template.digestAt)
  const attributes = attributesToSign(signature, template)
  const value = await signOnPool('sha256', attributes, identity.key)
  value.copy(signature, template.valueAt)

  if (!template.proven) {
    prove(signature, template, identity)
    template.proven = true
  }
  return signature
}

/** A whole SignedData but for three holes: the time, the manifest's digest, the RSA value. */
interface Template {
  bytes: Buffer
  timeAt: number
  digestAt: number
  attributesAt: number
  attributesEnd: number
  /** The RSA value is the last thing in it. */
  valueAt: number
  /** Whether a signature made from it has been verified. */
  proven: boolean
}

// What never changes for an identity, prepared once for each length that a time can have.
const templates = new WeakMap<Identity, Map<number, Template>>()

function templateFor(identity: Identity, time: string): Template {
  const known = templates.get(identity)
  const ofIdentity = known ?? new Map<number, Template>()
  if (known === undefined) templates.set(identity, ofIdentity)
  const template = ofIdentity.get(time.length) ?? makeTemplate(identity, time)
  ofIdentity.set(time.length, template)
  return template
}

function makeTemplate({ certificate, chain, key }: Identity, time: string): Template {
  const modulusBits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const digest = Buffer.alloc(32)
  const attributes = encodeDerSetOf(tags.context0, [
    attribute(oids.contentType, encodeDerObjectId(oids.data)),
    attribute(oids.signingTime, encodeDer(timeTag(time), Buffer.from(time))),
    attribute(oids.messageDigest, encodeDer(tags.octetString, digest)),
  ])
  const signerInfo = encodeDer(
    tags.sequence,
    versionOne,
    issuerAndSerialNumber(certificate),
    algorithm(oids.sha256),
    attributes,
    algorithm(oids.rsaEncryption),
    encodeDer(tags.octetString, Buffer.alloc(Math.ceil(modulusBits / 8))),
  )
  const signedData = encodeDer(
    tags.sequence,
    versionOne,
    encodeDer(tags.set, algorithm(oids.sha256)),
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
    proven: false,
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

function attribute(type: string, value: Buffer): Buffer {
  return encodeDer(tags.sequence, encodeDerObjectId(type), encodeDer(tags.set, value))
}

// With NULL parameters also for SHA-256: what `openssl smime` writes, and Wallet has long taken.
function algorithm(id: string): Buffer {
  return encodeDer(tags.sequence, encodeDerObjectId(id), encodeDer(tags.null))
}

// Both stand in the certificate as they have to stand here, so they are cut out, not rewritten.
function issuerAndSerialNumber({ raw }: X509Certificate): Buffer {
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

// Signed is the SET OF itself, not the [0] in whose place it travels (RFC 5652, 5.4).
function attributesToSign(signature: Buffer, template: Template): Buffer {
  const attributes = Buffer.from(signature.subarray(template.attributesAt, template.attributesEnd))
  attributes[0] = tags.set
  return attributes
}

// UTCTime through 2049 and GeneralizedTime after it (RFC 5652, 11.3), both to the second.
function timeText(instant: Date): string {
  const digits = instant.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
  return instant.getUTCFullYear() < 2050 ? `${digits.slice(2)}Z` : `${digits}Z`
}

function timeTag(time: string): number {
  return time.length === 13 ? tags.utcTime : tags.generalizedTime
}

function prove(signature: Buffer, template: Template, { certificate }: Identity): void {
  const proven =
    signature.includes(certificate.raw) &&
    verify(
      'sha256',
      attributesToSign(signature, template),
      certificate.publicKey,
      signature.subarray(template.valueAt),
    )
  if (!proven) throw new Error('The signature does not verify with its own certificate')
}
