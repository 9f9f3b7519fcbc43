import { BADGE_HEIGHT, type Badge } from './badge.ts'

/** A file of the operator's theme, if present, and a callback for the errors in it. */
interface ThemeFile {
  bytes: Uint8Array | undefined
  reportError: ReportError
}

/** Reports an error in a file as the rest of a sentence that starts with its path. */
export type ReportError = (error: string) => void

interface Size {
  width: number
  height: number
}

/** A wider badge does not fit on a phone. */
const MAX_WIDTH_PX = 320

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')

/**
 * Parses the operator's badge, which is shown at the height of the built-in one. The PNG is for
 * emails, which cannot show SVG; pages show the SVG, or the PNG if there is none. Undefined if there
 * is no badge or it has errors.
 */
export function parseBadge(png: ThemeFile, svg: ThemeFile): Omit<Badge, 'alt'> | undefined {
  const drawing = svg.bytes && parseSvg(svg.bytes, svg.reportError)
  if (!png.bytes) {
    if (svg.bytes) svg.reportError('needs a PNG of the same name; emails cannot show SVG')
    return undefined
  }
  const size = parsePngSize(png.bytes, png.reportError)
  if (!size) return undefined
  const ratio = size.width / size.height
  const width = Math.round(BADGE_HEIGHT * ratio)
  if (width < BADGE_HEIGHT || width > MAX_WIDTH_PX) {
    png.reportError(
      `would be ${width} pixels wide at a height of ${BADGE_HEIGHT}; it must be ${BADGE_HEIGHT} to ${MAX_WIDTH_PX}`,
    )
    return undefined
  }
  if (drawing && Math.abs(drawing.width / drawing.height / ratio - 1) > 0.05) {
    svg.reportError('has other proportions than the PNG; export the PNG from this SVG')
  }
  const shown = { width, height: BADGE_HEIGHT }
  return { ...shown, png: png.bytes, svg: drawing?.text ?? wrapPngInSvg(png.bytes, shown) }
}

/** Parses width and height from the first chunk, which is IHDR (PNG specification, 11.2.2). */
function parsePngSize(bytes: Uint8Array, reportError: ReportError): Size | undefined {
  const png = Buffer.from(bytes)
  if (!png.subarray(0, 8).equals(pngSignature)) {
    reportError('is not a PNG; export the badge as PNG')
    return undefined
  }
  const getChunkType = (at: number) => png.toString('latin1', at, at + 4)
  const isComplete = getChunkType(12) === 'IHDR' && getChunkType(png.length - 8) === 'IEND'
  const size = isComplete
    ? { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
    : undefined
  if (!size || size.width === 0 || size.height === 0) {
    reportError('is a damaged PNG; export the badge again')
    return undefined
  }
  if (size.height < BADGE_HEIGHT) {
    reportError(
      `is ${size.height} pixels high; make it at least ${BADGE_HEIGHT}, better ${BADGE_HEIGHT * 3}`,
    )
    return undefined
  }
  return size
}

/** What an SVG must not contain, with the fix. Pages only show it as an image; this is defense in depth. */
const forbiddenInSvg: [RegExp, string][] = [
  [/<script\b|<foreignObject\b|<iframe\b/i, 'contains a script or a foreign document; remove it'],
  [/\son[a-z]+\s*=/i, 'contains an event handler such as onload; remove it'],
  [/javascript:/i, 'contains a javascript: link; remove it'],
  [/<!ENTITY|<!DOCTYPE[^>]*\[/i, 'declares entities; remove the DOCTYPE'],
  [/<\?xml-stylesheet|@import/i, 'loads a style sheet; put the styles into the file'],
  [
    /(?:href|src)\s*=(?!\s*["']\s*(?:#|data:image\/(?:png|jpeg);base64,))/i,
    'links to an external resource; embed it or remove it',
  ],
  [/url\((?!\s*["']?\s*#)/i, 'loads a resource with url(…); embed it or remove it'],
]

function parseSvg(
  bytes: Uint8Array,
  reportError: ReportError,
): (Size & { text: string }) | undefined {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  const root = /<svg\b[^>]*>/i.exec(text)?.[0]
  if (!root || !/^\s*</.test(text) || !/<\/svg>\s*$/i.test(text)) {
    reportError('is not an SVG; export the badge as SVG')
    return undefined
  }
  const found = forbiddenInSvg.filter(([pattern]) => pattern.test(text))
  for (const [, error] of found) reportError(error)
  if (!/\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(root)) {
    reportError(
      'lacks xmlns="http://www.w3.org/2000/svg", without which browsers show nothing; add it',
    )
  }
  const size = parseSvgSize(root)
  if (!size) reportError('has neither a viewBox nor a width and height; add a viewBox')
  return size && { ...size, text }
}

function parseSvgSize(root: string): Size | undefined {
  const getAttribute = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1] ?? ''
  const [, , boxWidth, boxHeight] = getAttribute('viewBox')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const width = boxWidth ?? Number.parseFloat(getAttribute('width'))
  const height = boxHeight ?? Number.parseFloat(getAttribute('height'))
  return width > 0 && height > 0 ? { width, height } : undefined
}

function wrapPngInSvg(png: Uint8Array, { width, height }: Size): string {
  const data = Buffer.from(png).toString('base64')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${data}"/></svg>\n`
}
