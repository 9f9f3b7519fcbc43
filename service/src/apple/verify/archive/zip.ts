import { crc32, inflateRawSync } from 'node:zlib'

/** A file or folder in the central directory of a zip. */
export interface ZipEntry {
  /** Undefined when the name is no UTF-8. */
  name: string | undefined
  isEncrypted: boolean
  /** 0 is stored, 8 is deflated. */
  method: number
  crc32: number
  compressedBytes: number
  bytes: number
  /** The offset of its local header. */
  offset: number
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const MAX_COMMENT_BYTES = 0xffff

/**
 * Reads the central directory of a zip, at most `maxEntries` of it; undefined when there is none that
 * can be read. Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.12, 4.3.16, 4.5.3.
 */
export function readZipDirectory(zip: Buffer, maxEntries: number): ZipEntry[] | undefined {
  const end = findEnd(zip)
  if (end === undefined) return undefined
  const count = zip.readUInt16LE(end + 10)
  const isSplit = zip.readUInt32LE(end + 4) !== 0 || zip.readUInt16LE(end + 8) !== count
  let at = zip.readUInt32LE(end + 16)
  if (isSplit) return undefined

  const entries: ZipEntry[] = []
  while (entries.length < Math.min(count, maxEntries)) {
    if (at + ENTRY_BYTES > end || zip.readUInt32LE(at) !== entrySignature) return undefined
    const nameEnd = at + ENTRY_BYTES + zip.readUInt16LE(at + 28)
    const extraEnd = nameEnd + zip.readUInt16LE(at + 30)
    const next = extraEnd + zip.readUInt16LE(at + 32)
    if (next > end) return undefined
    entries.push({
      name: decodeUtf8(zip.subarray(at + ENTRY_BYTES, nameEnd)),
      isEncrypted: (zip.readUInt16LE(at + 8) & 1) !== 0,
      method: zip.readUInt16LE(at + 10),
      crc32: zip.readUInt32LE(at + 16),
      ...readSizes(zip.subarray(nameEnd, extraEnd), {
        bytes: zip.readUInt32LE(at + 24),
        compressedBytes: zip.readUInt32LE(at + 20),
        offset: zip.readUInt32LE(at + 42),
      }),
    })
    at = next
  }
  return entries
}

function findEnd(zip: Buffer): number | undefined {
  const first = Math.max(0, zip.length - END_BYTES - MAX_COMMENT_BYTES)
  for (let at = zip.length - END_BYTES; at >= first; at -= 1) {
    const isEnd =
      zip.readUInt32LE(at) === endSignature &&
      at + END_BYTES + zip.readUInt16LE(at + 20) === zip.length
    if (isEnd) return at
  }
  return undefined
}

type Sizes = Pick<ZipEntry, 'bytes' | 'compressedBytes' | 'offset'>

const zip64Id = 0x0001
const inZip64 = 0xffffffff

/** Sizes beyond 32 bits are in an extra field, in this order, only those that do not fit. */
function readSizes(extra: Buffer, sizes: Sizes): Sizes {
  let at = 0
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== zip64Id) {
    at += 4 + extra.readUInt16LE(at + 2)
  }
  let value = at + 4
  const read = (size: number) => {
    if (size !== inZip64 || value + 8 > extra.length) return size
    value += 8
    return Number(extra.readBigUInt64LE(value - 8))
  }
  return {
    bytes: read(sizes.bytes),
    compressedBytes: read(sizes.compressedBytes),
    offset: read(sizes.offset),
  }
}

/** The content of an entry, or the reason it cannot be read. */
export type ZipContent = { content: Buffer } | 'damaged' | 'headers differ' | 'too large'

/** Reads the content of an entry that is neither encrypted nor compressed oddly, at most `maxBytes`. */
export function readZipContent(zip: Buffer, entry: ZipEntry, maxBytes: number): ZipContent {
  const { offset } = entry
  if (offset + LOCAL_BYTES > zip.length || zip.readUInt32LE(offset) !== localSignature) {
    return 'damaged'
  }
  const nameEnd = offset + LOCAL_BYTES + zip.readUInt16LE(offset + 26)
  const start = nameEnd + zip.readUInt16LE(offset + 28)
  const end = start + entry.compressedBytes
  if (end > zip.length) return 'damaged'
  if (entry.bytes > maxBytes) return 'too large'
  if (!hasSameLocalHeader(zip, entry, nameEnd)) return 'headers differ'

  const content = unpack(zip.subarray(start, end), entry.method, entry.bytes)
  if (content?.length !== entry.bytes || crc32(content) !== entry.crc32) return 'damaged'
  return { content }
}

function hasSameLocalHeader(zip: Buffer, entry: ZipEntry, nameEnd: number): boolean {
  const { offset } = entry
  const name = decodeUtf8(zip.subarray(offset + LOCAL_BYTES, nameEnd))
  // Bit 3: checksum and sizes follow the content, and may be 0 here.
  const isStreamed = (zip.readUInt16LE(offset + 6) & 8) !== 0
  const agrees = (at: number, expected: number) => {
    const value = zip.readUInt32LE(offset + at)
    return value === expected || value === inZip64 || (isStreamed && value === 0)
  }
  return (
    name === entry.name &&
    zip.readUInt16LE(offset + 8) === entry.method &&
    agrees(14, entry.crc32) &&
    agrees(18, entry.compressedBytes) &&
    agrees(22, entry.bytes)
  )
}

function unpack(packed: Buffer, method: number, bytes: number): Buffer | undefined {
  if (method === 0) return packed
  try {
    return inflateRawSync(packed, { maxOutputLength: bytes + 1 })
  } catch {
    return undefined
  }
}

/** Text in UTF-8, a byte-order mark included; undefined for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
