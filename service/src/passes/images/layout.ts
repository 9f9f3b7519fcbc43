/** Where an image goes: points at 1x, and whether it fits inside them or covers them. */
export interface ImageSlot {
  name: string
  width: number
  height: number
  fit: 'inside' | 'cover'
}

/** What of the source is shown, and how large in points. */
export interface Layout {
  region: { left: number; top: number; width: number; height: number }
  whole: boolean
  width: number
  height: number
}

/**
 * The three scales show one size. What covers is cropped around its middle. What fits inside keeps
 * its shape, and a pixel of a small source becomes at most one point: on a phone 100 × 30 pixels
 * are a small logo, not a tiny or blown-up one.
 */
export function layOutImage(source: { width: number; height: number }, slot: ImageSlot): Layout {
  const across = slot.width / source.width
  const down = slot.height / source.height
  if (slot.fit === 'inside') {
    const factor = Math.min(1, across, down)
    const width = atLeastOne(source.width * factor)
    const height = atLeastOne(source.height * factor)
    return { region: { left: 0, top: 0, ...source }, whole: true, width, height }
  }
  const factor = Math.max(across, down)
  const width = Math.min(source.width, atLeastOne(slot.width / factor))
  const height = Math.min(source.height, atLeastOne(slot.height / factor))
  const left = Math.floor((source.width - width) / 2)
  const top = Math.floor((source.height - height) / 2)
  const whole = width === source.width && height === source.height
  return { region: { left, top, width, height }, whole, width: slot.width, height: slot.height }
}

function atLeastOne(length: number): number {
  return Math.max(1, Math.round(length))
}
