import { createHash } from 'node:crypto'
import { Problem, toInvalidRequest } from '@passwright/shared'
import { LRUCache } from 'lru-cache'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { createLimiter } from '../../concurrency/limiter.ts'
import type { SafeFetch } from '../../net/safe-fetch.ts'
import type { ImageSlot, Layout } from './layout.ts'
import { layOutImage } from './layout.ts'
import { readImageSource } from './source.ts'

export type { ImageSlot } from './layout.ts'

/** A PNG as it goes into a pass. */
export interface PreparedImage {
  scale: 1 | 2 | 3
  /** SHA-256 of the PNG, hex. */
  hash: string
  png: Buffer
}

export interface ImagePreparer {
  /**
   * Fetches an image and turns it into the three PNGs of a slot: sRGB, 8 bit, upright, without
   * metadata. `source` is a URL or a `data:image/…;base64,` URI, `path` its place in the request. The
   * same source gives the same bytes. Owners take turns. Throws `invalid_request` with an issue at that path when the
   * image cannot be used, `overloaded` when too many images wait.
   */
  prepare(source: string, slot: ImageSlot, path: string, owner: string): Promise<PreparedImage[]>
}

export interface ImagePreparerOptions {
  fetch: SafeFetch
  /** How long an image may wait in the queue. */
  maxWaitMs?: number
}

// These settings hold for the whole process. Of libvips' loaders (SVG, PDF and whatever the system
// has), three remain.
sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
})
const decodeOptions = {
  limitInputPixels: 25_000_000,
  failOn: 'error',
  pages: 1,
  sequentialRead: true,
} as const
const decodeTimeout = { seconds: 5 }

/** Decoding a larger image may take a quarter of a gigabyte (interlaced, 16 bits). */
const MAX_SMALL_PIXELS = 4_000_000

/** Creates the image preparer. One for the process: its limiters are the queue in front of sharp. */
export function createImagePreparer({
  fetch,
  maxWaitMs = 10_000,
}: ImagePreparerOptions): ImagePreparer {
  const limit = createLimiter({ concurrency: 3, maxQueued: 512 })
  const limitLarge = createLimiter({ concurrency: 1, maxQueued: 64 })
  const running = new Map<string, Promise<PrepareResult>>()
  const recent = new LRUCache<string, PreparedImage[]>({
    maxSize: 32_000_000,
    sizeCalculation: (images) => images.reduce((sum, { png }) => sum + png.length, 1024),
  })

  const prepareSmall = async (bytes: Buffer, slot: ImageSlot) => {
    const { autoOrient: size } = await sharp(bytes, decodeOptions).metadata()
    const layout = layOutImage(size, slot)
    if (size.width * size.height > MAX_SMALL_PIXELS) return { large: layout }
    return renderScales(sharp(bytes, decodeOptions).autoOrient(), layout)
  }

  const prepareBytes = async (
    bytes: Buffer,
    slot: ImageSlot,
    owner: string,
    key: string,
  ): Promise<PrepareResult> => {
    const deadline = AbortSignal.timeout(maxWaitMs)
    try {
      const first = await limit(owner, () => prepareSmall(bytes, slot), deadline)
      if (first === 'busy') return 'busy'
      const images =
        'large' in first
          ? await limitLarge(
              owner,
              () => limit(owner, () => renderLarge(bytes, first.large), deadline),
              deadline,
            )
          : first
      if (images !== 'busy') recent.set(key, images)
      return images
    } catch (error) {
      return { reason: explainDecodeError(error) }
    }
  }

  const prepare = async (source: string, slot: ImageSlot, path: string, owner: string) => {
    const read = await readImageSource(source, fetch, owner)
    if (read.outcome === 'busy') throw createOverloaded()
    if (read.outcome === 'refused') throw toInvalidRequest([{ path, message: read.reason }])

    const key = `${hashSha256(read.bytes)} ${slot.width}x${slot.height} ${slot.fit}`
    const cached = recent.get(key)
    if (cached !== undefined) return cached
    // Not shared between owners: one must not wait for the turns of another.
    const runningKey = `${owner} ${key}`
    const preparing =
      running.get(runningKey) ??
      prepareBytes(read.bytes, slot, owner, key).finally(() => running.delete(runningKey))
    running.set(runningKey, preparing)
    const images = await preparing
    if (images === 'busy') throw createOverloaded()
    if ('reason' in images) throw toInvalidRequest([{ path, message: images.reason }])
    return images
  }

  return { prepare }
}

type PrepareResult = PreparedImage[] | { reason: string } | 'busy'

async function renderScales(source: Sharp, layout: Layout): Promise<PreparedImage[]> {
  const images: PreparedImage[] = []
  for (const scale of [1, 2, 3] as const) {
    const png = await resize(source.clone(), layout, layout.width * scale, layout.height * scale)
      // Measured on a logo: level 9 is a tenth smaller than 6 for 4 ms, filters make it larger, a
      // palette is lossy.
      .png({ compressionLevel: 9 })
      .timeout(decodeTimeout)
      .toBuffer()
    images.push({ scale, hash: hashSha256(png), png })
  }
  return images
}

/** Decodes a large image once, to twice the size of 3x, and scales the three PNGs from that. */
async function renderLarge(bytes: Buffer, layout: Layout): Promise<PreparedImage[]> {
  const width = Math.min(layout.region.width, layout.width * 6)
  const height = Math.min(layout.region.height, layout.height * 6)
  const { data, info } = await resize(
    sharp(bytes, decodeOptions).autoOrient(),
    layout,
    width,
    height,
  )
    .raw()
    .timeout(decodeTimeout)
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels }
  return renderScales(sharp(data, { raw }), { ...layout, isWhole: true })
}

function resize(source: Sharp, layout: Layout, width: number, height: number): Sharp {
  const cropped = layout.isWhole ? source : source.extract(layout.region)
  // By default sharp writes sRGB at 8 bits and drops all metadata.
  return cropped.resize(width, height, { fit: 'fill' })
}

function explainDecodeError(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (/pixel limit/i.test(message)) return 'has more than 25 megapixels; make it smaller'
  if (/timeout|killed/i.test(message))
    return 'takes too long to decode; save it as a plain PNG or JPEG'
  return 'is damaged and cannot be read to its end; save it again as PNG or JPEG'
}

function createOverloaded(): Problem {
  return new Problem('overloaded', 'Too many images are waiting; try again in a few seconds.', {
    retryAfterSeconds: 5,
  })
}

function hashSha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
