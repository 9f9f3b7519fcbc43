import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ChunkedBytes } from '../../chunked-bytes.ts'

/** A file of an archive, with what the archive says of it. */
export interface ArchiveFile {
  /** Its path in the archive, such as `icon@2x.png` or `de.lproj/pass.strings`. */
  name: string
  /** The same in UTF-8. */
  path: Uint8Array
  bytes: Uint8Array
  crc32: number
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
  return { name, path: Buffer.from(name), bytes, crc32: crc32(bytes) }
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

  const offsets = files.map((file) => {
    const { bytes } = file
    const offset = at + shared
    at = writeLocalHeader(own, at, file)
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
  for (const [index, file] of files.entries()) {
    at = writeDirectoryEntry(own, at, file, offsets[index] ?? 0)
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
    (sum, { path, bytes }) =>
      sum +
      LOCAL_HEADER_BYTES +
      DIRECTORY_ENTRY_BYTES +
      2 * path.length +
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

/** Writes what is before the bytes of a file; returns where they go. */
function writeLocalHeader(zip: Buffer, at: number, file: ArchiveFile): number {
  zip.writeUInt32LE(0x04034b50, at)
  writeDescription(zip, at + 4, file)
  zip.set(file.path, at + LOCAL_HEADER_BYTES)
  return at + LOCAL_HEADER_BYTES + file.path.length
}

/** Writes the entry of a file in the directory, with the offset of its local header; returns its end. */
function writeDirectoryEntry(zip: Buffer, at: number, file: ArchiveFile, offset: number): number {
  zip.writeUInt32LE(0x02014b50, at)
  zip.writeUInt16LE(madeByUnix, at + 4)
  writeDescription(zip, at + 6, file)
  // No comment, the first disk, no internal attributes.
  zip.fill(0, at + 32, at + 38)
  zip.writeUInt32LE(readableFile, at + 38)
  zip.writeUInt32LE(offset, at + 42)
  zip.set(file.path, at + DIRECTORY_ENTRY_BYTES)
  return at + DIRECTORY_ENTRY_BYTES + file.path.length
}

/** Writes the 26 bytes that are the same in both. */
function writeDescription(zip: Buffer, at: number, { path, bytes, crc32 }: ArchiveFile): void {
  zip.writeUInt16LE(version, at)
  zip.writeUInt16LE(utf8Names, at + 2)
  // Not compressed, at midnight.
  zip.writeUInt32LE(0, at + 4)
  zip.writeUInt16LE(firstDay, at + 8)
  zip.writeUInt32LE(crc32, at + 10)
  zip.writeUInt32LE(bytes.length, at + 14)
  zip.writeUInt32LE(bytes.length, at + 18)
  // No extra field.
  zip.writeUInt32LE(path.length, at + 22)
}
