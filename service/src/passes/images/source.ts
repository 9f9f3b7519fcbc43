import type { FetchResult, SafeFetch } from '../../net/safe-fetch.ts'

const limits = {
  maxBytes: 5_000_000,
  timeoutMs: 10_000,
  maxRedirects: 3,
  accept: 'image/png, image/jpeg, image/webp, */*;q=0.1',
}

/** Reads a PNG, JPEG or WebP image from a URL or a `data:image/…;base64,` URI. */
export async function readImageSource(
  source: string,
  fetch: SafeFetch,
  owner: string,
): Promise<FetchResult> {
  const read = isDataUri(source) ? readDataUri(source) : await fetch(source, limits, owner)
  if (read.outcome !== 'bytes') return read
  const reason = checkImageBytes(read.bytes)
  return reason === undefined ? read : { outcome: 'refused', reason }
}

/** Whether an image is embedded in the request. */
export function isDataUri(source: string): boolean {
  return /^data:/i.test(source)
}

function readDataUri(uri: string): FetchResult {
  const [head] = /^data:image\/[a-z0-9.+-]+(;[a-z0-9-]+=[^;,]*)*;base64,/i.exec(uri) ?? []
  if (head === undefined) {
    return {
      outcome: 'refused',
      reason: 'needs to begin with data:image/png;base64, (or jpeg, or webp)',
    }
  }
  const text = uri.slice(head.length)
  const bytes = Buffer.from(text, 'base64')
  // Node skips characters that are not base64, so the text must survive a round trip.
  if (bytes.toString('base64') !== text) {
    return {
      outcome: 'refused',
      reason: 'is not plain base64 after the comma: no line breaks, no %XX, with its = at the end',
    }
  }
  if (bytes.length > limits.maxBytes) {
    return { outcome: 'refused', reason: `is larger than ${limits.maxBytes / 1_000_000} MB` }
  }
  return { outcome: 'bytes', bytes }
}

/** Only a file with one of these signatures reaches a decoder, whatever its name or Content-Type. */
function hasImageSignature(start: string): boolean {
  return (
    start.startsWith('\x89PNG\r\n\x1a\n') ||
    start.startsWith('\xff\xd8\xff') ||
    /^RIFF.{4}WEBP/s.test(start)
  )
}

/** What people send instead, by signature. */
const otherFormats: [RegExp, string][] = [
  [/^\s*(<!doctype html|<html)/i, 'an HTML page; give the address of the image itself'],
  [/^\s*<(\?xml|!doctype svg|svg)/i, 'an SVG; export it as PNG'],
  [/^GIF8/, 'a GIF; save it as PNG'],
  [/^.{4}ftypavi/s, 'an AVIF; save it as PNG'],
  [/^.{4}ftyp/s, 'a HEIC image or a video; save it as JPEG'],
  [/^(II\*|MM.\*)/s, 'a TIFF; save it as PNG'],
  [/^BM/, 'a BMP; save it as PNG'],
  [/^.{4}JXL /s, 'a JPEG XL; save it as PNG'],
  [/^.{4}jP {2}/s, 'a JPEG 2000; save it as PNG'],
  [/^%PDF/, 'a PDF; export it as PNG'],
]

function checkImageBytes(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'is empty'
  const start = bytes.toString('latin1', 0, 256)
  if (hasImageSignature(start)) {
    return hasTooManyScans(bytes) ? 'is a JPEG of too many layers; save it again' : undefined
  }
  const [, guess] = otherFormats.find(([signature]) => signature.test(start)) ?? []
  return `is not a PNG, JPEG or WebP image${guess === undefined ? '' : ` but ${guess}`}`
}

const startOfScan = Buffer.from([0xff, 0xda])
const MAX_SCANS = 100

/**
 * A progressive JPEG of 250 KB can make its decoder go over 25 megapixels 2,646 times, which blocks a
 * thread for ten seconds that no timeout of libvips can end. Encoders write about ten scans.
 */
function hasTooManyScans(bytes: Buffer): boolean {
  if (bytes[0] !== 0xff) return false
  let scans = 0
  for (let at = bytes.indexOf(startOfScan); at !== -1; at = bytes.indexOf(startOfScan, at + 2)) {
    scans += 1
    if (scans > MAX_SCANS) return true
  }
  return false
}
