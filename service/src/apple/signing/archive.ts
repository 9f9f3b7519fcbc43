import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A file of a pass with what its manifest and its archive want to know, worked out once. */
export interface PassFile {
  /** Its path in the archive, such as `icon@2x.png` or `de.lproj/pass.strings`. */
  name: string
  bytes: Uint8Array
  /** 40 hex digits. */
  sha1: string
  crc32: number
}

/** Makes a part of a file; throws where the name is no plain path inside the archive. */
export function toPassFile(name: string, bytes: Uint8Array): PassFile {
  const steps = name.split('/')
  if (name.includes('\\') || steps.some((step) => step === '' || step === '.' || step === '..')) {
    throw new Error(`"${name}" is no path inside a pass`)
  }
  return { name, bytes, sha1: hash('sha1', bytes), crc32: crc32(bytes) }
}

/** What the archive needs of a part; the signature has no place in the manifest, so no SHA-1. */
export type ArchiveFile = Pick<PassFile, 'name' | 'bytes' | 'crc32'>

/**
 * Packs parts as a zip, in their order. Stored and never deflated: PNGs do not shrink, and
 * deflating costs more than signing. Always the same date, so the same parts give the same bytes.
 * Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16.
 */
export function buildArchive(parts: ArchiveFile[]): Buffer {
  const entries = parts.map((one) => ({
    ...one,
    path: Buffer.from(one.name),
    offset: 0,
  }))
  const size = entries.reduce(
    (sum, { path, bytes }) => sum + localSize + centralSize + 2 * path.length + bytes.length,
    endSize,
  )
  if (size > 0xffffffff || parts.length > 0xffff) throw new Error('The archive is too large')

  const zip = Buffer.alloc(size)
  let at = 0
  for (const entry of entries) {
    entry.offset = at
    zip.writeUInt32LE(0x04034b50, at)
    writeFacts(zip, at + 4, entry)
    at += localSize
    at += entry.path.copy(zip, at)
    zip.set(entry.bytes, at)
    at += entry.bytes.length
  }
  const directory = at
  for (const entry of entries) {
    zip.writeUInt32LE(0x02014b50, at)
    zip.writeUInt16LE(madeByUnix, at + 4)
    writeFacts(zip, at + 6, entry)
    zip.writeUInt32LE(readableFile, at + 38)
    zip.writeUInt32LE(entry.offset, at + 42)
    at += centralSize
    at += entry.path.copy(zip, at)
  }
  zip.writeUInt32LE(0x06054b50, at)
  zip.writeUInt16LE(parts.length, at + 8)
  zip.writeUInt16LE(parts.length, at + 10)
  zip.writeUInt32LE(at - directory, at + 12)
  zip.writeUInt32LE(directory, at + 16)
  return zip
}

const localSize = 30
const centralSize = 46
const endSize = 22
const version = 20
const madeByUnix = (3 << 8) | version
// A regular file, -rw-r--r--, in the upper half of the external attributes.
const readableFile = 0o100644 * 0x10000
const utf8Names = 1 << 11
// 1 January 1980, the first day that a zip can tell.
const firstDay = (1 << 5) | 1

/** The 26 bytes that a file's local header and its directory entry have in common. */
function writeFacts(zip: Buffer, at: number, entry: ArchiveFile & { path: Buffer }): void {
  zip.writeUInt16LE(version, at)
  zip.writeUInt16LE(utf8Names, at + 2)
  zip.writeUInt16LE(firstDay, at + 8)
  zip.writeUInt32LE(entry.crc32, at + 10)
  zip.writeUInt32LE(entry.bytes.length, at + 14)
  zip.writeUInt32LE(entry.bytes.length, at + 18)
  zip.writeUInt16LE(entry.path.length, at + 22)
}
