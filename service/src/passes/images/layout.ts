/** A place for an image: its size in points, which are pixels at 1x. */
export interface ImageSlot {
  name: string
  width: number
  height: number
  /** `inside` keeps the whole image, `cover` crops it to fill the slot. */
  fit: 'inside' | 'cover'
}

/** The region of the source that is shown, and its size in points. */
export interface Layout {
  region: { left: number; top: number; width: number; height: number }
  /** True when the region is the whole source. */
  isWhole: boolean
  width: number
  height: number
}

/**
 * Lays an image out in a slot, at one size for all three scales. An image that covers the slot is
 * cropped around its centre. One that fits inside keeps its proportions, and a pixel of a small source
 * becomes at most one point: 100 × 30 pixels are a small logo, neither tiny nor blown up.
 */
export function layOutImage(source: { width: number; height: number }, slot: ImageSlot): Layout {
  const horizontal = slot.width / source.width
  const vertical = slot.height / source.height
  if (slot.fit === 'inside') {
    const factor = Math.min(1, horizontal, vertical)
    const width = roundToPoint(source.width * factor)
    const height = roundToPoint(source.height * factor)
    return { region: { left: 0, top: 0, ...source }, isWhole: true, width, height }
  }
  const factor = Math.max(horizontal, vertical)
  const width = Math.min(source.width, roundToPoint(slot.width / factor))
  const height = Math.min(source.height, roundToPoint(slot.height / factor))
  const left = Math.floor((source.width - width) / 2)
  const top = Math.floor((source.height - height) / 2)
  const isWhole = width === source.width && height === source.height
  return { region: { left, top, width, height }, isWhole, width: slot.width, height: slot.height }
}

function roundToPoint(length: number): number {
  return Math.max(1, Math.round(length))
}
