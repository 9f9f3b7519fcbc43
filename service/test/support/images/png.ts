import { crc32, createDeflate, deflateSync } from 'node:zlib'

const magic = Buffer.from('89504e470d0a1a0a', 'hex')

export interface Chunk {
  type: string
  data: Buffer
}

/** Builds a PNG of these chunks, valid or not. */
export function writePng(chunks: Chunk[]): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))])
  })
  return Buffer.concat([magic, ...parts])
}

/** Reads the chunks of a PNG; throws if there is anything before or after them. */
export function readPng(png: Buffer): Chunk[] {
  if (!png.subarray(0, 8).equals(magic)) throw new Error('not a PNG')
  const chunks: Chunk[] = []
  let at = 8
  while (at < png.length) {
    const end = at + 8 + png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) })
    at = end + 4
  }
  if (at !== png.length || chunks.at(-1)?.type !== 'IEND') throw new Error('bytes after the end')
  return chunks
}

/** Reads width, height, bits per sample and color type (2: RGB, 6: RGBA) from the header. */
export function readHeader(png: Buffer) {
  const [first] = readPng(png)
  if (first?.type !== 'IHDR') throw new Error('no header')
  const { data } = first
  return {
    width: data.readUInt32BE(0),
    height: data.readUInt32BE(4),
    bits: data[8],
    colorType: data[9],
  }
}

export function createHeaderChunk(
  width: number,
  height: number,
  bits: number,
  colorType: number,
): Chunk {
  const rest = Buffer.from([bits, colorType, 0, 0, 0])
  return { type: 'IHDR', data: Buffer.concat([uint32(width), uint32(height), rest]) }
}

/** Creates a black PNG that contains all its pixels: a small file that is enormous once decoded. */
export async function createPngBomb(
  side: number,
  bits: number,
  colorType: number,
): Promise<Buffer> {
  const samples = colorType === 2 ? 3 : 1
  let left = side * (1 + Math.ceil((side * bits * samples) / 8))
  const deflate = createDeflate({ level: 9 })
  const zeros = Buffer.alloc(1 << 20)
  const feed = () => {
    while (left > 0) {
      const size = Math.min(left, zeros.length)
      left -= size
      if (!deflate.write(zeros.subarray(0, size))) return deflate.once('drain', feed)
    }
    return deflate.end()
  }
  feed()
  const data = Buffer.concat(await deflate.toArray())
  return writePng([createHeaderChunk(side, side, bits, colorType), { type: 'IDAT', data }, end])
}

/** Creates a PNG of one black pixel, with extra chunks between header and pixels. */
export function createTinyPng(extra: Chunk[] = []): Buffer {
  const data = deflateSync(Buffer.alloc(4))
  return writePng([createHeaderChunk(1, 1, 8, 2), ...extra, { type: 'IDAT', data }, end])
}

const end: Chunk = { type: 'IEND', data: Buffer.alloc(0) }

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
