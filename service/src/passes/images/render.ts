import type { Color, Metadata, PngOptions, Sharp } from 'sharp'
import sharp from 'sharp'
import { type ImageSlot, type Layout, layOutImage } from './layout.ts'
import { findLogoMark } from './logo-mark.ts'

// These settings hold for the whole process. Of libvips' loaders (SVG, PDF and whatever the system
// has), three remain.
sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
})
const MAX_PIXELS = 25_000_000
const decodeOptions = {
  limitInputPixels: MAX_PIXELS,
  failOn: 'error',
  pages: 1,
  sequentialRead: true,
} as const
const decodeTimeout = { seconds: 5 }

/** Decoding a larger image may take a quarter of a gigabyte (interlaced, 16 bits). */
const MAX_SMALL_PIXELS = 4_000_000

interface Size {
  width: number
  height: number
}

/** Why an image cannot be used, as the end of a sentence about it. */
export interface Refusal {
  reason: string
}

/** Reads the size of an upright image from its header and lays it out in a slot. */
export async function measureImage(
  bytes: Uint8Array,
  slot: ImageSlot,
): Promise<{ layout: Layout; isLarge: boolean } | Refusal> {
  const options = { ...decodeOptions, limitInputPixels: false }
  const metadata = await sharp(bytes, options).metadata()
  const { width, height } = metadata.autoOrient
  if (width * height > MAX_PIXELS) return { reason: 'has more than 25 megapixels; make it smaller' }
  if (estimateBytes(metadata) > MAX_DECODED_BYTES) {
    return {
      reason: 'takes too much memory to decode; make it smaller, or save it as a plain JPEG',
    }
  }
  return {
    layout: layOutImage({ width, height }, slot),
    isLarge: width * height > MAX_SMALL_PIXELS,
  }
}

/** What decoding takes at most of the memory: an image that is interlaced or turned is decoded as a whole. */
const MAX_DECODED_BYTES = 160_000_000

function estimateBytes({
  width,
  height,
  channels,
  depth,
  isProgressive,
  orientation = 1,
}: Metadata) {
  const copies = (isProgressive ? 1 : 0) + (orientation > 1 ? 1 : 0)
  return width * height * channels * (depth === 'ushort' ? 2 : 1) * copies
}

/**
 * Decodes an image of a stranger; an image that cannot be decoded is no error. The reason is not read
 * from the message: libvips collects those of all threads in one place, so it may be another image's.
 */
export async function decodeOrRefuse<T>(decode: () => Promise<T>): Promise<T | Refusal> {
  const startedAt = performance.now()
  try {
    return await decode()
  } catch {
    const seconds = (performance.now() - startedAt) / 1_000
    return {
      reason:
        seconds >= decodeTimeout.seconds
          ? 'takes too long to decode; save it as a plain PNG or JPEG'
          : 'is damaged and cannot be read to its end; save it again as PNG or JPEG',
    }
  }
}

/** Renders a small image as PNGs at 1x, 2x and 3x: sRGB, 8 bit, upright, without metadata. */
export function renderSmall(bytes: Uint8Array, layout: Layout): Promise<Buffer[]> {
  return renderScales(sharp(bytes, decodeOptions).autoOrient(), layout)
}

/** The same for a large image: decodes it once, to twice the size of 3x, and scales from that. */
export async function renderLarge(bytes: Uint8Array, layout: Layout): Promise<Buffer[]> {
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

/** How much of an icon's side the mark of a logo may take. */
const MARK_SHARE = 0.84

/**
 * Draws an icon from a logo: its mark in the middle of a square, on paper. `background` (`#rrggbb`) is
 * what the logo stands on in the pass.
 */
export async function renderLogoIcon(
  logo: Uint8Array,
  slot: ImageSlot,
  background: string,
): Promise<Buffer[]> {
  const { data, info } = await sharp(logo, decodeOptions)
    .ensureAlpha()
    .raw()
    .timeout(decodeTimeout)
    .toBuffer({ resolveWithObject: true })
  const pixels = { data, width: info.width, height: info.height }
  const { region, paper } = findLogoMark(pixels, background)
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const source = sharp(data, { raw })
  if (paper === undefined) return renderScales(source, layOutImage(region, slot))

  const factor = Math.min(slot.width / region.width, slot.height / region.height) * MARK_SHARE
  return encodeScales((scale) => {
    const width = Math.max(1, Math.round(region.width * factor * scale))
    const height = Math.max(1, Math.round(region.height * factor * scale))
    const mark = source.clone().flatten({ background: paper }).extract(region)
    const canvas = { width: slot.width * scale, height: slot.height * scale }
    return pad(mark.resize(width, height, { fit: 'fill' }), { width, height }, canvas, 1, paper)
  })
}

/** A canvas of an exact size, and how much of each side the image on it may take. */
export interface Canvas extends Size {
  artwork: number
  fit: 'inside' | 'cover'
  /** `#rrggbb`; transparent when absent. */
  background?: string | undefined
}

/** Puts an image of ours onto a canvas, as large as it may be. */
export async function renderOnCanvas(
  png: Uint8Array,
  { width, height, artwork, fit, background = '#00000000' }: Canvas,
): Promise<Buffer> {
  const inner = { width: Math.round(width * artwork), height: Math.round(height * artwork) }
  const image = sharp(png, decodeOptions).resize(inner.width, inner.height, {
    fit: fit === 'cover' ? 'cover' : 'contain',
    background: transparent,
  })
  const padded = await pad(image, inner, { width, height }, 1, transparent)
    .png({ compressionLevel: 1 })
    .timeout(decodeTimeout)
    .toBuffer()
  const whole = sharp(padded, decodeOptions)
  const flat = background.length === 7 ? whole.flatten({ background }) : whole
  return flat.png(compressions[1]).timeout(decodeTimeout).toBuffer()
}

async function renderScales(source: Sharp, layout: Layout): Promise<Buffer[]> {
  const renderScale = (scale: number) => {
    const image = resize(source.clone(), layout, layout.width * scale, layout.height * scale)
    return pad(image, layout, layout.canvas, scale, transparent)
  }
  return encodeScales(renderScale)
}

function resize(source: Sharp, layout: Layout, width: number, height: number): Sharp {
  const cropped = layout.isWhole ? source : source.extract(layout.region)
  // By default sharp writes sRGB at 8 bits and drops all metadata.
  return cropped.resize(width, height, { fit: 'fill' })
}

const transparent = { r: 0, g: 0, b: 0, alpha: 0 }

/** Puts an image into the middle of a canvas; sizes are in points. */
function pad(image: Sharp, size: Size, canvas: Size, scale: number, background: Color): Sharp {
  const [horizontal, vertical] = [canvas.width - size.width, canvas.height - size.height]
  if (horizontal === 0 && vertical === 0) return image
  const left = Math.floor((horizontal * scale) / 2)
  const top = Math.floor((vertical * scale) / 2)
  const [right, bottom] = [horizontal * scale - left, vertical * scale - top]
  return image.extend({ left, right, top, bottom, background })
}

/**
 * Two ways to compress, both without loss: the first makes drawings small, the second photos, by a
 * third. A palette would be lossy.
 */
const compressions = [
  { compressionLevel: 9 },
  { compressionLevel: 6, adaptiveFiltering: true },
] as const satisfies PngOptions[]

/** Encodes an image at all scales, in the way that is smaller at the first. */
async function encodeScales(renderScale: (scale: number) => Sharp): Promise<Buffer[]> {
  const encode = (scale: number, options: PngOptions) =>
    renderScale(scale).png(options).timeout(decodeTimeout).toBuffer()
  const drawing = await encode(1, compressions[0])
  const photo = await encode(1, compressions[1])
  const isDrawing = drawing.length <= photo.length
  const options = compressions[isDrawing ? 0 : 1]
  return [isDrawing ? drawing : photo, await encode(2, options), await encode(3, options)]
}
