import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A file of a pass, with the checksums for its manifest and its archive. */
export interface PassFile {
  /** Its path in the archive, such as `icon@2x.png` or `de.lproj/pass.strings`. */
  name: string
  bytes: Uint8Array
  /** 40 hex digits. */
  sha1: string
  crc32: number
}

/** Computes the checksums of a file; throws when the name is not a plain relative path. */
export function toPassFile(name: string, bytes: Uint8Array): PassFile {
  const segments = name.split('/')
  if (name.includes('\\') || segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new Error(`"${name}" is not a path inside a pass`)
  }
  return { name, bytes, sha1: hash('sha1', bytes), crc32: crc32(bytes) }
}

/** What the archive needs of a file: no SHA-1, because the signature is not in the manifest. */
export type ArchiveFile = Pick<PassFile, 'name' | 'bytes' | 'crc32'>

/**
 * Builds a zip of the files, in their order. They are stored uncompressed: PNGs do not shrink, and
 * deflating takes longer than signing. The date is constant, so the same files give the same bytes.
 * Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16.
 */
export function buildArchive(files: ArchiveFile[]): Buffer {
  const entries = files.map((file) => ({
    ...file,
    path: Buffer.from(file.name),
    offset: 0,
  }))
  const size = entries.reduce(
    (sum, { path, bytes }) =>
      sum + LOCAL_HEADER_BYTES + DIRECTORY_ENTRY_BYTES + 2 * path.length + bytes.length,
    END_RECORD_BYTES,
  )
  if (size > 0xffffffff || files.length > 0xffff) throw new Error('The archive is too large')

  const zip = Buffer.alloc(size)
  let at = 0
  for (const entry of entries) {
    entry.offset = at
    zip.writeUInt32LE(0x04034b50, at)
    writeCommonFields(zip, at + 4, entry)
    at += LOCAL_HEADER_BYTES
    at += entry.path.copy(zip, at)
    zip.set(entry.bytes, at)
    at += entry.bytes.length
  }
  const directoryOffset = at
  for (const entry of entries) {
    zip.writeUInt32LE(0x02014b50, at)
    zip.writeUInt16LE(madeByUnix, at + 4)
    writeCommonFields(zip, at + 6, entry)
    zip.writeUInt32LE(readableFile, at + 38)
    zip.writeUInt32LE(entry.offset, at + 42)
    at += DIRECTORY_ENTRY_BYTES
    at += entry.path.copy(zip, at)
  }
  zip.writeUInt32LE(0x06054b50, at)
  zip.writeUInt16LE(files.length, at + 8)
  zip.writeUInt16LE(files.length, at + 10)
  zip.writeUInt32LE(at - directoryOffset, at + 12)
  zip.writeUInt32LE(directoryOffset, at + 16)
  return zip
}

const LOCAL_HEADER_BYTES = 30
const DIRECTORY_ENTRY_BYTES = 46
const END_RECORD_BYTES = 22
const version = 20
const madeByUnix = (3 << 8) | version
// A regular file, -rw-r--r--, in the upper half of the external attributes.
const readableFile = 0o100644 * 0x10000
const utf8Names = 1 << 11
// 1 January 1980, the earliest date in a zip.
const firstDay = (1 << 5) | 1

/** Writes the 26 bytes that are the same in a file's local header and its directory entry. */
function writeCommonFields(zip: Buffer, at: number, entry: ArchiveFile & { path: Buffer }): void {
  zip.writeUInt16LE(version, at)
  zip.writeUInt16LE(utf8Names, at + 2)
  zip.writeUInt16LE(firstDay, at + 8)
  zip.writeUInt32LE(entry.crc32, at + 10)
  zip.writeUInt32LE(entry.bytes.length, at + 14)
  zip.writeUInt32LE(entry.bytes.length, at + 18)
  zip.writeUInt16LE(entry.path.length, at + 22)
}
