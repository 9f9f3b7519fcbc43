import { createHash } from 'node:crypto'
import { crc32, deflateRawSync, deflateSync } from 'node:zlib'
import type { Identity } from '../../../src/apple/certificates/identity.ts'
import { createHeaderChunk, writePng } from '../images/png.ts'
import { type CmsOptions, writeCms } from './write-cms.ts'

export type Files = Record<string, Buffer>
export type Json = Record<string, unknown>

/** Builds passes, good or broken in one place, with the identity that signs them. */
export interface PassKit {
  identity: Identity
  /** A good pass.json of a style. */
  json: (style?: string, changes?: Json) => Json
  /** The files of a good pass, without manifest and signature. */
  files: (json?: Json) => Files
  /** The manifest of some files. */
  manifest: (files: Files) => Buffer
  sign: (manifest: Buffer, changes?: Partial<CmsOptions>) => Buffer
  /** The archive of some files with their manifest and signature. */
  seal: (files: Files, changes?: SealChanges) => Buffer
}

export interface SealChanges {
  manifest?: Buffer
  signature?: Buffer
  cms?: Partial<CmsOptions>
  zip?: ZipOptions
}

export function createPassKit(identity: Identity): PassKit {
  const kit: PassKit = {
    identity,
    json: (style = 'generic', changes = {}) => ({ ...buildPassJson(identity, style), ...changes }),
    files: (json = kit.json()) => buildFiles(json),
    manifest: (files) =>
      Buffer.from(
        JSON.stringify(
          Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha1(bytes)])),
        ),
      ),
    sign: (manifest, changes = {}) =>
      writeCms({
        manifest,
        key: identity.key,
        signer: identity.certificate,
        certificates: [identity.certificate, ...identity.chain],
        ...changes,
      }),
    seal: (files, { manifest = kit.manifest(files), cms, signature, zip } = {}) =>
      writeZip(
        [
          ...Object.entries(files),
          ['manifest.json', manifest],
          ['signature', signature ?? kit.sign(manifest, cms)],
        ],
        zip,
      ),
  }
  return kit
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex')
}

const extras: Record<string, Json> = {
  boardingPass: { transitType: 'PKTransitTypeAir' },
}

function buildPassJson(identity: Identity, style: string): Json {
  const { passTypeIdentifier, teamIdentifier } = identity
  return {
    formatVersion: 1,
    passTypeIdentifier,
    teamIdentifier,
    serialNumber: 'ü-1',
    organizationName: 'Example & Söhne GmbH',
    description: 'A card',
    backgroundColor: 'rgb(30, 58, 138)',
    foregroundColor: 'rgb(255,255,255)',
    labelColor: 'rgb(195, 211, 251)',
    expirationDate: '2099-06-05T19:30:00+02:00',
    webServiceURL: 'https://passes.example.com/apple',
    authenticationToken: '0123456789abcdef',
    locations: [{ latitude: 48.2, longitude: 16.4, relevantText: 'Here' }],
    beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70', major: 1, minor: 65535 }],
    maxDistance: 200,
    relevantDates: [{ startDate: '2099-06-05T19:30Z', endDate: '2099-06-05T22:30Z' }],
    barcodes: [
      {
        format: 'PKBarcodeFormatQR',
        message: 'Zoë 42',
        messageEncoding: 'iso-8859-1',
        altText: '42',
      },
    ],
    userInfo: { any: ['thing', null, 1] },
    sharingProhibited: true,
    [style]: {
      ...extras[style],
      headerFields: [
        { key: 'points', label: 'Points', value: 120, changeMessage: 'Now %@ points' },
      ],
      primaryFields: [{ key: 'member', label: 'Member', value: 'Zoë' }],
      secondaryFields: [
        {
          key: 'since',
          label: 'Since',
          value: '2019-05-04T12:00:00Z',
          dateStyle: 'PKDateStyleMedium',
          timeStyle: 'PKDateStyleNone',
          ignoresTimeZone: true,
          textAlignment: 'PKTextAlignmentRight',
        },
      ],
      auxiliaryFields: [
        { key: 'balance', label: 'Balance', value: 48.5, currencyCode: 'EUR' },
        { key: 'share', label: 'Share', value: 0.5, numberStyle: 'PKNumberStylePercent' },
      ],
      backFields: [
        {
          key: 'terms',
          label: 'Terms',
          value: 'See the site',
          attributedValue: '<a href="https://example.com">Site</a>',
          dataDetectorTypes: ['PKDataDetectorTypeLink'],
        },
      ],
    },
  }
}

function buildFiles(json: Json): Files {
  return {
    'pass.json': Buffer.from(JSON.stringify(json)),
    ...images('icon', 29, 29),
    ...images('logo', 160, 50),
    'de.lproj/pass.strings': Buffer.from(
      '/* Deutsch */\n"Member" = "Mitglied";\n"a \\"b\\"" = "ä";\n',
    ),
    'zh-Hans.lproj/pass.strings': Buffer.from('\ufeff"Member" = "会员";\n', 'utf16le'),
  }
}

/** The PNGs of a slot at its three densities. */
export function images(slot: string, width: number, height: number): Files {
  return {
    [`${slot}.png`]: createPng(width, height),
    [`${slot}@2x.png`]: createPng(width * 2, height * 2),
    [`${slot}@3x.png`]: createPng(width * 3, height * 3),
  }
}

/** A black PNG of this size. */
export function createPng(width: number, height: number): Buffer {
  const data = deflateSync(Buffer.alloc(height * (1 + width * 3)))
  return writePng([
    createHeaderChunk(width, height, 8, 2),
    { type: 'IDAT', data },
    { type: 'IEND', data: Buffer.alloc(0) },
  ])
}

/** How an archive differs from a good one. */
export interface ZipOptions {
  isDeflated?: boolean
  /** Sizes and checksum after the content, as streams write them. */
  isStreamed?: boolean
  comment?: string
  /** Changes each entry before it is written. */
  change?: (entry: ZipFile) => ZipFile
  /** Folders as entries of their own. */
  folders?: string[]
}

export interface ZipFile {
  name: Buffer
  localName: Buffer
  flags: number
  method: number
  crc: number
  size: number
  packed: Buffer
}

/** Writes a zip with what a test needs to break in it. */
export function writeZip(files: [name: string, bytes: Buffer][], options: ZipOptions = {}): Buffer {
  const { isDeflated = false, isStreamed = false, comment = '', folders = [] } = options
  const all: [string, Buffer][] = [
    ...folders.map((name): [string, Buffer] => [name, Buffer.alloc(0)]),
    ...files,
  ]
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, bytes] of all) {
    const plain: ZipFile = {
      name: Buffer.from(name),
      localName: Buffer.from(name),
      flags: isStreamed ? 8 : 0,
      method: isDeflated ? 8 : 0,
      crc: crc32(bytes),
      size: bytes.length,
      packed: isDeflated ? deflateRawSync(bytes) : bytes,
    }
    const entry = options.change?.(plain) ?? plain
    const common = writeCommon(entry, isStreamed)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50)
    common.copy(header, 4)
    header.writeUInt16LE(entry.localName.length, 26)
    const descriptor = Buffer.alloc(isStreamed ? 16 : 0)
    if (isStreamed) {
      descriptor.writeUInt32LE(0x08074b50)
      descriptor.writeUInt32LE(entry.crc, 4)
      descriptor.writeUInt32LE(entry.packed.length, 8)
      descriptor.writeUInt32LE(entry.size, 12)
    }
    local.push(header, entry.localName, entry.packed, descriptor)
    const directory = Buffer.alloc(46)
    directory.writeUInt32LE(0x02014b50)
    directory.writeUInt16LE(20, 4)
    writeCommon(entry, false).copy(directory, 6)
    directory.writeUInt16LE(entry.name.length, 28)
    directory.writeUInt32LE(offset, 42)
    central.push(directory, entry.name)
    offset += 30 + entry.localName.length + entry.packed.length + descriptor.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(all.length, 8)
  end.writeUInt16LE(all.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...local, directory, end, Buffer.from(comment)])
}

function writeCommon({ flags, method, crc, packed, size }: ZipFile, isStreamed: boolean): Buffer {
  const bytes = Buffer.alloc(22)
  bytes.writeUInt16LE(20)
  bytes.writeUInt16LE(flags, 2)
  bytes.writeUInt16LE(method, 4)
  bytes.writeUInt16LE(33, 8)
  bytes.writeUInt32LE(isStreamed ? 0 : crc >>> 0, 10)
  bytes.writeUInt32LE(isStreamed ? 0 : packed.length, 14)
  bytes.writeUInt32LE(isStreamed ? 0 : size, 18)
  return bytes
}
