import { hash } from 'node:crypto'
import { Problem, toInvalidRequest } from '@passwright/shared'
import { LRUCache } from 'lru-cache'
import { createLimiter } from '../../concurrency/limiter.ts'
import { createSharing } from '../../concurrency/sharing.ts'
import type { SafeFetch } from '../../net/safe-fetch.ts'
import type { ImageSlot } from './layout.ts'
import { decodeOrRefuse, measureImage, type Refusal, renderLarge, renderSmall } from './render.ts'
import { isDataUri, readImageSource } from './source.ts'

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
   * same source gives the same bytes. Owners take turns. Throws `invalid_request` with an issue at that
   * path when the image cannot be used, `overloaded` when too many images wait.
   */
  prepare(source: string, slot: ImageSlot, path: string, owner: string): Promise<PreparedImage[]>
}

export interface ImagePreparerOptions {
  fetch: SafeFetch
  /** How long an image may wait in a queue. */
  maxWaitMs?: number
}

/** How many images of up to 5 MB are fetched at a time. */
const MAX_FETCHED = 16

/**
 * How much may wait in memory to be decoded: enough to keep the decoder busy. Beyond it, the next image is
 * fetched after another is done.
 */
const MAX_WAITING_BYTES = 16_000_000

/** Creates the image preparer. One for the process: its limiters are the queue in front of the decoder. */
export function createImagePreparer({
  fetch,
  maxWaitMs = 10_000,
}: ImagePreparerOptions): ImagePreparer {
  const limitFetched = createLimiter({ concurrency: MAX_FETCHED, maxQueued: 512 })
  let waitingBytes = 0
  const limit = createLimiter({ concurrency: 3, maxQueued: 512 })
  const limitLarge = createLimiter({ concurrency: 1, maxQueued: 64 })
  // Not shared between owners: one must not wait for the turns of another.
  const share = createSharing<PrepareResult>()
  const recent = new LRUCache<string, PreparedImage[]>({
    maxSize: 32_000_000,
    sizeCalculation: (images) => images.reduce((sum, { png }) => sum + png.length, 1024),
  })

  const render = async (
    bytes: Buffer,
    slot: ImageSlot,
    owner: string,
  ): Promise<Buffer[] | Refusal | 'busy'> => {
    const deadline = AbortSignal.timeout(maxWaitMs)
    const measureAndRender = async () => {
      const measured = await measureImage(bytes, slot)
      if ('reason' in measured || measured.isLarge) return measured
      return renderSmall(bytes, measured.layout)
    }
    const first = await limit(owner, () => decodeOrRefuse(measureAndRender), deadline)
    if (first === 'busy' || Array.isArray(first) || 'reason' in first) return first
    const decodeLarge = () => decodeOrRefuse(() => renderLarge(bytes, first.layout))
    return limitLarge(owner, () => limit(owner, decodeLarge, deadline), deadline)
  }

  const prepareBytes = (bytes: Buffer, slot: ImageSlot, owner: string) => {
    const key = `${toSlotKey(slot)} ${hashSha256(bytes)}`
    const cached = recent.get(key)
    if (cached !== undefined) return cached
    return share(`${owner} ${key}`, async () => {
      const pngs = await render(bytes, slot, owner)
      if (!Array.isArray(pngs)) return pngs
      const images = toImages(pngs)
      recent.set(key, images)
      return images
    })
  }

  const prepareWaiting = async (bytes: Buffer, slot: ImageSlot, owner: string) => {
    waitingBytes += bytes.length
    try {
      return await prepareBytes(bytes, slot, owner)
    } finally {
      waitingBytes -= bytes.length
    }
  }

  const readAndPrepare = async (source: string, slot: ImageSlot, owner: string) => {
    const readOrPrepare = async () => {
      const result = await readImageSource(source, fetch, owner)
      if (result.outcome === 'busy') return 'busy'
      if (result.outcome === 'refused') return { reason: result.reason }
      const { bytes } = result
      const mayWait = waitingBytes + bytes.length <= MAX_WAITING_BYTES
      return mayWait ? { bytes } : prepareBytes(bytes, slot, owner)
    }
    // An embedded image is part of a body, whose memory is limited already.
    const read = isDataUri(source)
      ? await readOrPrepare()
      : await limitFetched(owner, readOrPrepare, AbortSignal.timeout(maxWaitMs))
    if (read === 'busy' || !('bytes' in read)) return read
    return prepareWaiting(read.bytes, slot, owner)
  }

  /** Many passes that ask for one image at the same time share its fetch. */
  const prepareSource = (source: string, slot: ImageSlot, owner: string) => {
    const key = `${toSlotKey(slot)} ${hashSha256(source)}`
    // A logo that comes with every request need not even be decoded from base64.
    const known = recent.get(key)
    if (known !== undefined) return known
    return share(`${owner} ${key}`, async () => {
      const images = await readAndPrepare(source, slot, owner)
      if (isDataUri(source) && Array.isArray(images)) recent.set(key, images)
      return images
    })
  }

  const prepare: ImagePreparer['prepare'] = async (source, slot, path, owner) => {
    const images = await prepareSource(source, slot, owner)
    if (images === 'busy') {
      throw new Problem('overloaded', 'Too many images are waiting; try again in a few seconds.', {
        retryAfterSeconds: 5,
      })
    }
    if ('reason' in images) throw toInvalidRequest([{ path, message: images.reason }])
    return images
  }

  return { prepare }
}

type PrepareResult = PreparedImage[] | Refusal | 'busy'

function toImages(pngs: Buffer[]): PreparedImage[] {
  const scales = [1, 2, 3] as const
  return scales.flatMap((scale, index) => {
    const png = pngs[index]
    return png ? [{ scale, hash: hashSha256(png), png }] : []
  })
}

function toSlotKey({ width, height, fit, maxRatio }: ImageSlot): string {
  return `${width}x${height} ${fit} ${maxRatio}`
}

function hashSha256(content: Buffer | string): string {
  return hash('sha256', content)
}
