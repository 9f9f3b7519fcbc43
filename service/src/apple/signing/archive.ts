import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ChunkedBytes } from '../../chunked-bytes.ts'

/** A file of an archive, with what the archive says of it. */
export interface ArchiveFile {
  /** Its path in the archive, such as `icon@2x.png` or `de.lproj/pass.strings`. */
  name: string
  bytes: Uint8Array
  /** What is before its bytes. */
  localHeader: Buffer
  /** Its entry in the directory, but for its offset. */
  directoryEntry: Buffer
}

/** A file of a pass, with its checksum for the manifest: 40 hex digits. */
export interface PassFile extends ArchiveFile {
  sha1: string
}

/** Prepares a file for a pass; throws when the name is not a plain relative path. */
export function toPassFile(name: string, bytes: Uint8Array): PassFile {
  const segments = name.split('/')
  if (name.includes('\\') || segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new Error(`"${name}" is not a path inside a pass`)
  }
  return { ...toArchiveFile(name, bytes), sha1: hash('sha1', bytes) }
}

/** Prepares a file for an archive. */
export function toArchiveFile(name: string, bytes: Uint8Array): ArchiveFile {
  return { name, bytes, ...buildHeaders(name, bytes) }
}

/** Files of this size are not copied into each archive; smaller ones cost less than a chunk of their own. */
const SHARED_BYTES = 4 * 1024

/**
 * Builds a zip of the files, in their order. They are stored uncompressed: PNGs do not shrink, and
 * deflating takes longer than signing. The date is constant, so the same files give the same bytes.
 * Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16.
 */
export function buildArchive(files: readonly ArchiveFile[]): ChunkedBytes {
  if (files.length > 0xffff) throw new Error('The archive has too many files')
  const chunks: Uint8Array[] = []
  // Not cleared first, because every byte of it is written.
  const own = Buffer.allocUnsafe(countOwnBytes(files))
  /** Where the next byte goes, where the present chunk begins, and how many bytes are in chunks of files. */
  let [at, start, shared] = [0, 0, 0]

  const offsets = files.map(({ localHeader, bytes }) => {
    const offset = at + shared
    at += localHeader.copy(own, at)
    if (bytes.length < SHARED_BYTES) {
      own.set(bytes, at)
      at += bytes.length
    } else {
      chunks.push(own.subarray(start, at), bytes)
      start = at
      shared += bytes.length
    }
    return offset
  })
  const directoryAt = at
  for (const [index, { directoryEntry }] of files.entries()) {
    directoryEntry.copy(own, at)
    own.writeUInt32LE(offsets[index] ?? 0, at + 42)
    at += directoryEntry.length
  }
  writeEndRecord(own, at, {
    files: files.length,
    directoryOffset: directoryAt + shared,
    directoryBytes: at - directoryAt,
  })
  chunks.push(own.subarray(start))
  const byteLength = own.length + shared
  if (byteLength > 0xffffffff) throw new Error('The archive is too large')
  return { chunks, byteLength }
}

function countOwnBytes(files: readonly ArchiveFile[]): number {
  return files.reduce(
    (sum, { localHeader, directoryEntry, bytes }) =>
      sum +
      localHeader.length +
      directoryEntry.length +
      (bytes.length < SHARED_BYTES ? bytes.length : 0),
    END_RECORD_BYTES,
  )
}

function writeEndRecord(
  zip: Buffer,
  at: number,
  counts: { files: number; directoryOffset: number; directoryBytes: number },
): void {
  zip.fill(0, at)
  zip.writeUInt32LE(0x06054b50, at)
  zip.writeUInt16LE(counts.files, at + 8)
  zip.writeUInt16LE(counts.files, at + 10)
  zip.writeUInt32LE(counts.directoryBytes, at + 12)
  zip.writeUInt32LE(counts.directoryOffset, at + 16)
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

function buildHeaders(name: string, bytes: Uint8Array) {
  const path = Buffer.from(name)
  const localHeader = Buffer.alloc(LOCAL_HEADER_BYTES + path.length)
  localHeader.writeUInt32LE(0x04034b50, 0)
  localHeader.writeUInt16LE(version, 4)
  localHeader.writeUInt16LE(utf8Names, 6)
  localHeader.writeUInt16LE(firstDay, 12)
  localHeader.writeUInt32LE(crc32(bytes), 14)
  localHeader.writeUInt32LE(bytes.length, 18)
  localHeader.writeUInt32LE(bytes.length, 22)
  localHeader.writeUInt16LE(path.length, 26)
  path.copy(localHeader, LOCAL_HEADER_BYTES)

  const directoryEntry = Buffer.alloc(DIRECTORY_ENTRY_BYTES + path.length)
  directoryEntry.writeUInt32LE(0x02014b50, 0)
  directoryEntry.writeUInt16LE(madeByUnix, 4)
  // The 26 bytes that are the same in both.
  localHeader.copy(directoryEntry, 6, 4, LOCAL_HEADER_BYTES)
  directoryEntry.writeUInt32LE(readableFile, 38)
  path.copy(directoryEntry, DIRECTORY_ENTRY_BYTES)
  return { localHeader, directoryEntry }
}
