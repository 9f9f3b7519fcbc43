import { crc32, inflateSync } from 'node:zlib'

/** A PNG's size in pixels. */
export interface PngSize {
  width: number
  height: number
}

/** What some bytes are: a whole PNG with its size, a damaged one, or none. */
export type PngResult = PngSize | 'no PNG' | 'damaged'

const magic = Buffer.from('89504e470d0a1a0a', 'hex')
/** Samples for each pixel by colour type: grey, RGB, palette, grey with alpha, RGB with alpha. */
const samplesByColorType = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])
/** Larger images are measured, but their pixels are not unpacked. */
const MAX_PIXEL_BYTES = 8_000_000

/**
 * Reads a PNG: its chunks with their checksums, its header, and whether its pixels are all there.
 * Source: the PNG specification of W3C, sections 5 and 11.2.
 */
export function readPng(png: Buffer): PngResult {
  if (!png.subarray(0, magic.length).equals(magic)) return 'no PNG'
  const chunks = readChunks(png)
  const header = chunks?.[0]
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== 13) return 'damaged'
  const width = header.data.readUInt32BE(0)
  const height = header.data.readUInt32BE(4)
  const pixels = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  const bytes = countPixelBytes(header.data)
  if (width === 0 || height === 0 || bytes === undefined || pixels.length === 0) return 'damaged'
  return bytes > MAX_PIXEL_BYTES || hasAllPixels(pixels, bytes, header.data[12] === 1)
    ? { width, height }
    : 'damaged'
}

interface Chunk {
  type: string
  data: Buffer
}

/** The chunks up to the last, IEND; undefined when one is cut off or has a wrong checksum. */
function readChunks(png: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = []
  let at = magic.length
  while (chunks.at(-1)?.type !== 'IEND') {
    if (at + 12 > png.length) return undefined
    const end = at + 8 + png.readUInt32BE(at)
    if (end + 4 > png.length) return undefined
    if (crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) return undefined
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

/** How many bytes the pixels take unpacked, one more for each row; undefined for no valid header. */
function countPixelBytes(header: Buffer): number | undefined {
  const samples = samplesByColorType.get(header[9] ?? -1)
  const bits = header[8] ?? 0
  if (samples === undefined || ![1, 2, 4, 8, 16].includes(bits)) return undefined
  const rowBytes = 1 + Math.ceil((header.readUInt32BE(0) * bits * samples) / 8)
  return rowBytes * header.readUInt32BE(4)
}

/** Interlaced pixels take a little more, because their seven passes have rows of their own. */
function hasAllPixels(pixels: Buffer[], bytes: number, isInterlaced: boolean): boolean {
  try {
    const maxOutputLength = 2 * bytes + 1_000
    const unpacked = inflateSync(Buffer.concat(pixels), { maxOutputLength })
    return isInterlaced || unpacked.length >= bytes
  } catch {
    return false
  }
}
