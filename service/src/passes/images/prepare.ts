import { createHash } from 'node:crypto'
import { invalidRequest, Problem } from '@passwright/shared'
import { LRUCache } from 'lru-cache'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { createLimiter } from '../../concurrency/limiter.ts'
import type { SafeFetch } from '../../net/safe-fetch.ts'
import type { ImageSlot, Layout } from './layout.ts'
import { layOutImage } from './layout.ts'
import { readImageSource } from './source.ts'

export type { ImageSlot } from './layout.ts'

/** An image as it goes into a pass. */
export interface PreparedImage {
  scale: 1 | 2 | 3
  /** SHA-256 of the PNG, hex. */
  hash: string
  png: Buffer
}

export interface ImagePreparer {
  /**
   * Takes a URL or a `data:image/…;base64,` URI, a slot and where the source stands in the request;
   * gives the slot's three PNGs (sRGB, 8 bit, upright, nothing but pixels), the same bytes for the
   * same source. Throws a Problem: `invalid_request` with an issue at that path when the image
   * cannot be had, `overloaded` when too many wait.
   */
  prepare(source: string, slot: ImageSlot, path: string): Promise<PreparedImage[]>
}

export interface ImagesOptions {
  fetch: SafeFetch
  /** How long an image may wait for its turn. */
  patienceMs?: number
}

// These hold for the whole process. Of libvips' loaders (SVG, PDF and whatever the system has)
// three remain.
sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
})
const careful = {
  limitInputPixels: 25_000_000,
  failOn: 'error',
  pages: 1,
  sequentialRead: true,
} as const
const longest = { seconds: 5 }

/**
 * Above this many pixels one image may cost a quarter of a gigabyte while it is decoded
 * (interlaced, 16 bits).
 */
const largePixels = 4_000_000

/** Gives what prepares images. Make one for the process: it is the gate in front of sharp. */
export function createImagePreparer({ fetch, patienceMs = 10_000 }: ImagesOptions): ImagePreparer {
  const inTurn = createLimiter({ atOnce: 2, mayWait: 256 })
  const oneByOne = createLimiter({ atOnce: 1, mayWait: 32 })
  const running = new Map<string, Promise<Drawn>>()
  const recent = new LRUCache<string, PreparedImage[]>({
    maxSize: 32_000_000,
    sizeCalculation: (images) => images.reduce((sum, { png }) => sum + png.length, 1024),
  })

  const drawSmall = async (bytes: Buffer, slot: ImageSlot) => {
    const { autoOrient: size } = await sharp(bytes, careful).metadata()
    const layout = layOutImage(size, slot)
    if (size.width * size.height > largePixels) return { large: layout }
    return render(sharp(bytes, careful).autoOrient(), layout)
  }

  const draw = async (bytes: Buffer, slot: ImageSlot, key: string): Promise<Drawn> => {
    const patience = AbortSignal.timeout(patienceMs)
    try {
      const first = await inTurn(() => drawSmall(bytes, slot), patience)
      if (first === 'busy') return 'busy'
      const images =
        'large' in first
          ? await oneByOne(() => inTurn(() => renderLarge(bytes, first.large), patience), patience)
          : first
      if (images !== 'busy') recent.set(key, images)
      return images
    } catch (error) {
      return { why: explainDecodeError(error) }
    }
  }

  const prepare = async (source: string, slot: ImageSlot, path: string) => {
    const read = await readImageSource(source, fetch)
    if (read.outcome === 'busy') throw overloaded()
    if (read.outcome === 'refused') throw invalidRequest([{ path, message: read.why }])

    const key = `${sha256(read.bytes)} ${slot.width}x${slot.height} ${slot.fit}`
    const known = recent.get(key)
    if (known !== undefined) return known
    const drawing =
      running.get(key) ?? draw(read.bytes, slot, key).finally(() => running.delete(key))
    running.set(key, drawing)
    const images = await drawing
    if (images === 'busy') throw overloaded()
    if ('why' in images) throw invalidRequest([{ path, message: images.why }])
    return images
  }

  return { prepare }
}

type Drawn = PreparedImage[] | { why: string } | 'busy'

async function render(source: Sharp, layout: Layout): Promise<PreparedImage[]> {
  const images: PreparedImage[] = []
  for (const scale of [1, 2, 3] as const) {
    const png = await sized(source.clone(), layout, layout.width * scale, layout.height * scale)
      // Measured on a logo: level 9 is a tenth smaller than 6 for 4 ms, filters make it larger, a
      // palette is lossy.
      .png({ compressionLevel: 9 })
      .timeout(longest)
      .toBuffer()
    images.push({ scale, hash: sha256(png), png })
  }
  return images
}

/** Decodes once, to twice what 3x needs, and draws the three from that. */
async function renderLarge(bytes: Buffer, layout: Layout): Promise<PreparedImage[]> {
  const width = Math.min(layout.region.width, layout.width * 6)
  const height = Math.min(layout.region.height, layout.height * 6)
  const { data, info } = await sized(sharp(bytes, careful).autoOrient(), layout, width, height)
    .raw()
    .timeout(longest)
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }
  return render(sharp(data, { raw }), { ...layout, whole: true })
}

function sized(source: Sharp, layout: Layout, width: number, height: number): Sharp {
  const shown = layout.whole ? source : source.extract(layout.region)
  // Without being told otherwise sharp gives sRGB at 8 bits and leaves every other chunk out.
  return shown.resize(width, height, { fit: 'fill' })
}

function explainDecodeError(error: unknown): string {
  const told = error instanceof Error ? error.message : ''
  if (/pixel limit/i.test(told)) return 'has more than 25 megapixels; make it smaller'
  if (/timeout|killed/i.test(told))
    return 'takes too long to decode; save it as a plain PNG or JPEG'
  return 'is damaged and cannot be read to its end; save it again as PNG or JPEG'
}

function overloaded(): Problem {
  return new Problem('overloaded', 'Too many images are waiting; try again in a few seconds.', {
    headers: { 'Retry-After': '5' },
  })
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
