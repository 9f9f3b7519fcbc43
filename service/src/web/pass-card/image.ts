import { Buffer } from 'node:buffer'

/** An image of a pass with the size in points that Wallet gives it. */
export interface CardImage {
  href: string
  width: number
  height: number
}

/** A PNG at twice its points; undefined when the bytes are none. */
export function cardImage(png: Uint8Array | undefined): CardImage | undefined {
  const bytes = Buffer.from(png ?? [])
  if (bytes.length < 24 || bytes.toString('latin1', 0, 8) !== PNG_MAGIC) return undefined
  const [width, height] = [bytes.readUInt32BE(16) / 2, bytes.readUInt32BE(20) / 2]
  if (width === 0 || height === 0) return undefined
  return { href: `data:image/png;base64,${bytes.toString('base64')}`, width, height }
}

const PNG_MAGIC = '\x89PNG\r\n\x1a\n'

/** The size at which an image fits into a box, never larger than it is. */
export function fittedInto(image: CardImage, width: number, height: number) {
  const factor = Math.min(1, width / image.width, height / image.height)
  return { width: image.width * factor, height: image.height * factor }
}
