/** A place for an image: its size in points, which are pixels at 1x. */
export interface ImageSlot {
  width: number
  height: number
  /** `inside` keeps the whole image, `cover` crops it to fill the slot. */
  fit: 'inside' | 'cover'
  /** How wide an image may be for its height, and the reverse; Wallet crops what exceeds it. */
  maxRatio?: number
}

interface Size {
  width: number
  height: number
}

/** The region of the source that is shown, and its size in points. */
export interface Layout extends Size {
  region: { left: number; top: number; width: number; height: number }
  /** True when the region is the whole source. */
  isWhole: boolean
  /** The size of the PNG in points; around an image that is smaller it is transparent. */
  canvas: Size
}

/**
 * Lays an image out in a slot, at one size for all three scales. An image that covers the slot is
 * cropped around its center. One that fits inside keeps its proportions, and a pixel of a small source
 * becomes at most one point: 100 × 30 pixels are a small logo, neither tiny nor blown up.
 */
export function layOutImage(source: Size, slot: ImageSlot): Layout {
  const horizontal = slot.width / source.width
  const vertical = slot.height / source.height
  if (slot.fit === 'inside') {
    const factor = Math.min(1, horizontal, vertical)
    const width = roundToPoint(source.width * factor)
    const height = roundToPoint(source.height * factor)
    const canvas = padToRatio({ width, height }, slot)
    return { region: { left: 0, top: 0, ...source }, isWhole: true, width, height, canvas }
  }
  const factor = Math.max(horizontal, vertical)
  const width = Math.min(source.width, roundToPoint(slot.width / factor))
  const height = Math.min(source.height, roundToPoint(slot.height / factor))
  const left = Math.floor((source.width - width) / 2)
  const top = Math.floor((source.height - height) / 2)
  const isWhole = width === source.width && height === source.height
  const canvas = { width: slot.width, height: slot.height }
  return { region: { left, top, width, height }, isWhole, ...canvas, canvas }
}

/** The smallest canvas around an image that Wallet shows without cropping it. */
function padToRatio({ width, height }: Size, { maxRatio = Infinity }: ImageSlot): Size {
  return {
    width: Math.max(width, Math.ceil(height / maxRatio)),
    height: Math.max(height, Math.ceil(width / maxRatio)),
  }
}

/** Whether a PNG at 1x has the size that a slot asks for. */
export function fitsSlot(png: Size, slot: ImageSlot): boolean {
  if (slot.fit === 'cover') return png.width === slot.width && png.height === slot.height
  return png.width <= slot.width && png.height <= slot.height
}

function roundToPoint(length: number): number {
  return Math.max(1, Math.round(length))
}
