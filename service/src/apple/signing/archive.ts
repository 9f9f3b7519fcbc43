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
  const entries = files.map((file) => ({ ...getHeaders(file), bytes: file.bytes, offset: 0 }))
  const size = entries.reduce(
    (sum, { local, directory, bytes }) => sum + local.length + bytes.length + directory.length,
    END_RECORD_BYTES,
  )
  if (size > 0xffffffff || files.length > 0xffff) throw new Error('The archive is too large')

  // Not cleared first, because every byte of it is written.
  const zip = Buffer.allocUnsafe(size)
  let at = 0
  for (const entry of entries) {
    entry.offset = at
    at += entry.local.copy(zip, at)
    zip.set(entry.bytes, at)
    at += entry.bytes.length
  }
  const directoryOffset = at
  for (const { directory, offset } of entries) {
    directory.copy(zip, at)
    zip.writeUInt32LE(offset, at + 42)
    at += directory.length
  }
  zip.fill(0, at)
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

/** What the archive says of a file: before its bytes, and in the directory, where its offset is 0. */
interface Headers {
  local: Buffer
  directory: Buffer
}

/** An image is the same file in many passes. */
const headersOfFiles = new WeakMap<ArchiveFile, Headers>()

function getHeaders(file: ArchiveFile): Headers {
  const known = headersOfFiles.get(file)
  if (known) return known
  const built = buildHeaders(file)
  headersOfFiles.set(file, built)
  return built
}

function buildHeaders(file: ArchiveFile): Headers {
  const path = Buffer.from(file.name)
  const local = Buffer.alloc(LOCAL_HEADER_BYTES + path.length)
  local.writeUInt32LE(0x04034b50, 0)
  writeCommonFields(local, 4, file, path)
  path.copy(local, LOCAL_HEADER_BYTES)

  const directory = Buffer.alloc(DIRECTORY_ENTRY_BYTES + path.length)
  directory.writeUInt32LE(0x02014b50, 0)
  directory.writeUInt16LE(madeByUnix, 4)
  writeCommonFields(directory, 6, file, path)
  directory.writeUInt32LE(readableFile, 38)
  path.copy(directory, DIRECTORY_ENTRY_BYTES)
  return { local, directory }
}

/** Writes the 26 bytes that are the same in a file's local header and its directory entry. */
function writeCommonFields(header: Buffer, at: number, file: ArchiveFile, path: Buffer): void {
  header.writeUInt16LE(version, at)
  header.writeUInt16LE(utf8Names, at + 2)
  header.writeUInt16LE(firstDay, at + 8)
  header.writeUInt32LE(file.crc32, at + 10)
  header.writeUInt32LE(file.bytes.length, at + 14)
  header.writeUInt32LE(file.bytes.length, at + 18)
  header.writeUInt16LE(path.length, at + 22)
}
