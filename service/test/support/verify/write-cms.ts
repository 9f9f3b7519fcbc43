import { createHash, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import {
  encodeDer,
  encodeDerObjectId,
  encodeDerSetOf,
  tags,
} from '../../../src/apple/signing/der.ts'

/** How a signature differs from a good one. */
export interface CmsOptions {
  manifest: Buffer
  key: KeyObject
  signer: X509Certificate
  /** The certificates in it. */
  certificates: X509Certificate[]
  time?: Date
  digest?: 'sha1' | 'sha256' | 'md5'
  /** The attributes that are there; all three when absent. */
  attributes?: readonly ('contentType' | 'signingTime' | 'messageDigest')[] | 'none'
  contentType?: string
  /** False: in the reverse of the order that DER demands. */
  isSorted?: boolean
  content?: Buffer
  signers?: number
  identifiesByKey?: boolean
}

const digestIds = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
}
const dataId = '1.2.840.113549.1.7.1'

/** Writes a CMS SignedData, good or not. */
export function writeCms(options: CmsOptions): Buffer {
  const { certificates, content, signers = 1, digest = 'sha256' } = options
  const algorithm = encodeAlgorithm(digestIds[digest])
  const encapsulated = content
    ? [encodeDer(tags.context0, encodeDer(tags.octetString, content))]
    : []
  const signedData = encodeDer(
    tags.sequence,
    integer(1),
    encodeDer(tags.set, algorithm),
    encodeDer(tags.sequence, encodeDerObjectId(dataId), ...encapsulated),
    ...(certificates.length > 0
      ? [
          encodeDerSetOf(
            tags.context0,
            certificates.map(({ raw }) => Buffer.from(raw)),
          ),
        ]
      : []),
    encodeDer(tags.set, ...Array.from({ length: signers }, () => writeSigner(options))),
  )
  return encodeDer(
    tags.sequence,
    encodeDerObjectId('1.2.840.113549.1.7.2'),
    encodeDer(tags.context0, signedData),
  )
}

function writeSigner(options: CmsOptions): Buffer {
  const { manifest, key, signer, digest = 'sha256', attributes = all, isSorted = true } = options
  const algorithm = encodeAlgorithm(digestIds[digest])
  const encoded =
    attributes === 'none' ? [] : attributes.map((name) => writeAttribute(name, options))
  const sorted = encoded.toSorted(Buffer.compare)
  const content = Buffer.concat(isSorted ? sorted : sorted.toReversed())
  const signed = attributes === 'none' ? manifest : encodeDer(tags.set, content)
  return encodeDer(
    tags.sequence,
    integer(options.identifiesByKey ? 3 : 1),
    options.identifiesByKey ? keyIdOf(signer) : issuerAndSerialNumberOf(signer),
    algorithm,
    ...(attributes === 'none' ? [] : [encodeDer(tags.context0, content)]),
    encodeAlgorithm('1.2.840.113549.1.1.1'),
    encodeDer(tags.octetString, sign(digest, signed, key)),
  )
}

const all = ['contentType', 'signingTime', 'messageDigest'] as const

function writeAttribute(name: (typeof all)[number], options: CmsOptions): Buffer {
  const { manifest, time = new Date(), digest = 'sha256', contentType = dataId } = options
  const values = {
    contentType: ['1.2.840.113549.1.9.3', encodeDerObjectId(contentType)],
    signingTime: ['1.2.840.113549.1.9.5', encodeDer(tags.utcTime, Buffer.from(toUtcTime(time)))],
    messageDigest: [
      '1.2.840.113549.1.9.4',
      encodeDer(tags.octetString, createHash(digest).update(manifest).digest()),
    ],
  } as const
  const [id, value] = values[name]
  return encodeDer(tags.sequence, encodeDerObjectId(id), encodeDer(tags.set, value))
}

function toUtcTime(time: Date): string {
  return `${time.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`
}

function encodeAlgorithm(id: string): Buffer {
  return encodeDer(tags.sequence, encodeDerObjectId(id), encodeDer(tags.null))
}

function integer(value: number): Buffer {
  return encodeDer(tags.integer, Buffer.from([value]))
}

/** The issuer and the serial number, cut out of the certificate. */
function issuerAndSerialNumberOf({ raw }: X509Certificate): Buffer {
  const bytes = Buffer.from(raw)
  const skip = (at: number) => {
    const first = bytes[at + 1] ?? 0
    const count = first < 0x80 ? 0 : first - 0x80
    const length = count === 0 ? first : bytes.readUIntBE(at + 2, count)
    return { content: at + 2 + count, end: at + 2 + count + length }
  }
  const version = skip(skip(skip(0).content).content)
  const serial = skip(version.end)
  const algorithm = skip(serial.end)
  const issuer = skip(algorithm.end)
  return encodeDer(
    tags.sequence,
    bytes.subarray(algorithm.end, issuer.end),
    bytes.subarray(version.end, serial.end),
  )
}

/** The subject key identifier as [0]; Node has no name for it, so it is found by its OID. */
function keyIdOf({ raw }: X509Certificate): Buffer {
  const at = Buffer.from(raw).indexOf(Buffer.from('0603551d0e0416', 'hex'))
  const length = raw[at + 8] ?? 0
  return encodeDer(0x80, Buffer.from(raw.subarray(at + 9, at + 9 + length)))
}
