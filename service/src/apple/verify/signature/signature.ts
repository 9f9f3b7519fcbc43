import { hash, verify, type X509Certificate } from 'node:crypto'
import { berTags, toObjectId } from '../../certificates/file-contents/ber.ts'
import { X509Certificate as ParsedCertificate } from '../../certificates/x509.ts'
import type { PassFiles } from '../archive/archive.ts'
import { createFinding, type Finding, type FindingCode, findIf } from '../report/findings.ts'
import {
  type CmsSignature,
  type CmsSigner,
  parseCms,
  readOctets,
  type SignedAttributes,
  trimZeros,
} from './cms.ts'
import { readTime } from './signing-time.ts'

/** Who signed a pass, and when; undefined where the signature does not say. */
export interface Signing {
  signer: X509Certificate | undefined
  /** The other certificates in the signature. */
  others: X509Certificate[]
  time: Date | undefined
}

const ids = {
  data: '1.2.840.113549.1.7.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  keyId: '2.5.29.14',
}

/** The hashes that Wallet takes, by their object identifiers. */
const digests: ReadonlyMap<string, string> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** A phone's clock and ours may differ by so much. */
const CLOCK_TOLERANCE_MS = 10 * 60 * 1000

/** Reads who signed a pass and when; undefined when the signature cannot be read. */
export function readSigning(files: PassFiles): Signing | undefined {
  const cms = readCms(files)
  return cms && toSigning(cms)
}

/** Verifies that the signature covers exactly the bytes of the manifest. Its chain is not looked at. */
export function verifySignature(files: PassFiles, now: Date): Finding[] {
  const manifest = files.get('manifest.json')
  if (!files.has('signature')) return []
  const cms = readCms(files)
  if (cms === undefined) {
    return [found('signature_unreadable', describeUnreadable(files.get('signature')))]
  }
  const [signer] = cms.signers
  if (signer === undefined || cms.signers.length > 1) {
    return [found('signature_signers', `The signature has ${cms.signers.length} signers.`)]
  }
  const { time } = toSigning(cms)
  return [
    ...findIf(!cms.isDer, 'signature_not_der', 'signature', 'The signature is not in strict DER.'),
    ...findIf(
      cms.hasContent,
      'signature_not_detached',
      'signature',
      'The signature contains what it signs.',
    ),
    ...verifyTime(time, now),
    ...(manifest ? verifySigner(signer, cms, manifest) : []),
  ]
}

function found(code: FindingCode, message: string): Finding {
  return createFinding(code, 'signature', message)
}

function readCms(files: PassFiles): CmsSignature | undefined {
  try {
    return parseCms(files.get('signature') ?? Buffer.alloc(0))
  } catch {
    return undefined
  }
}

function describeUnreadable(signature: Buffer = Buffer.alloc(0)): string {
  if (signature.length === 0) return 'The file signature is empty.'
  const start = signature.toString('latin1', 0, 40)
  if (start.startsWith('-----BEGIN')) return 'The signature is in PEM, not in DER.'
  if (/^(?:MIME-Version|Content-Type|This is)/i.test(start)) {
    return 'The signature is an S/MIME message, not DER.'
  }
  if (/^MII[\w+/]/.test(start)) return 'The signature is in base64, not in DER.'
  return 'The file signature is no CMS SignedData.'
}

function toSigning({ certificates, signers: [info] }: CmsSignature): Signing {
  const signer = info && certificates.find((certificate) => isOf(info, certificate))
  const [time] = info?.attributes?.values.get(ids.signingTime) ?? []
  return {
    signer,
    others: certificates.filter((certificate) => certificate !== signer),
    time: time && readTime(time),
  }
}

function isOf({ certificateId }: CmsSigner, certificate: X509Certificate): boolean {
  if ('serialNumber' in certificateId) {
    return trimZeros(certificate.serialNumber) === certificateId.serialNumber
  }
  try {
    const extension = new ParsedCertificate(certificate.raw).getExtension(ids.keyId)
    // The value is an OCTET STRING around the identifier: two bytes of tag and length first.
    const keyId = extension ? Buffer.from(extension.value).subarray(2).toString('hex') : ''
    return keyId === certificateId.keyId
  } catch {
    return false
  }
}

function verifyTime(time: Date | undefined, now: Date): Finding[] {
  if (time === undefined) {
    return [found('signing_time_missing', 'The signature does not say when it was made.')]
  }
  return findIf(
    time.getTime() > now.getTime() + CLOCK_TOLERANCE_MS,
    'signing_time_future',
    'signature',
    `The signature says that it was made at ${time.toISOString()}, which is in the future.`,
  )
}

function verifySigner(info: CmsSigner, cms: CmsSignature, manifest: Buffer): Finding[] {
  const digest = digests.get(info.digest)
  if (digest === undefined) {
    return [found('signature_digest', `The hash ${info.digest} is none that Wallet takes.`)]
  }
  const { signer } = toSigning(cms)
  if (signer === undefined) {
    return [found('signer_missing', "The signer's certificate is not in the signature.")]
  }
  // Without signed attributes the value covers the manifest itself.
  if (info.attributes === undefined) {
    return findIf(
      !isSigned(digest, [manifest], signer, info.value),
      'signature_invalid',
      'signature',
      'The signature does not verify with the certificate of its signer.',
    )
  }
  return [
    ...verifyAttributes(info.attributes, digest, manifest),
    ...findIf(
      !isSigned(digest, listSignedForms(info.attributes), signer, info.value),
      'signature_invalid',
      'signature',
      'The signature does not verify with the certificate of its signer.',
    ),
  ]
}

/** Some libraries write the attributes in another order than the one that they signed. */
function listSignedForms({ signed, sorted }: SignedAttributes): Buffer[] {
  return signed.equals(sorted) ? [signed] : [signed, sorted]
}

function isSigned(
  digest: string,
  candidates: readonly Buffer[],
  { publicKey }: X509Certificate,
  value: Buffer,
): boolean {
  try {
    return candidates.some((bytes) => verify(digest, bytes, publicKey, value))
  } catch {
    return false
  }
}

function verifyAttributes(
  { values }: SignedAttributes,
  digest: string,
  manifest: Buffer,
): Finding[] {
  const [contentType, ...moreTypes] = values.get(ids.contentType) ?? []
  const [messageDigest, ...moreDigests] = values.get(ids.messageDigest) ?? []
  const [, ...moreTimes] = values.get(ids.signingTime) ?? []
  const signed = readOctets(messageDigest)
  const isPlain = contentType?.tag === berTags.objectId && toObjectId(contentType) === ids.data
  if (!isPlain || !signed || [...moreTypes, ...moreDigests, ...moreTimes].length > 0) {
    const message =
      'The signed attributes must be contentType, messageDigest and signingTime, once each.'
    return [found('signature_attributes', message)]
  }
  if (signed.equals(hash(digest, manifest, 'buffer'))) return []
  const asMail = Buffer.from(manifest.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
  const isMail = signed.equals(hash(digest, asMail, 'buffer'))
  return [
    found(
      'signature_other_content',
      isMail
        ? 'The signature is for the manifest with other line ends, as in an e-mail: it was not signed in binary mode.'
        : 'The signature is for another manifest.json than the one in the archive.',
    ),
  ]
}
