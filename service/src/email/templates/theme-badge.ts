import { BADGE_HEIGHT, type Badge } from '../../web/badge.ts'

/** A file of the operator's, if it is there, and where to tell what is wrong with it. */
interface Given {
  bytes: Uint8Array | undefined
  told: (mistake: string) => void
}

type Size = { width: number; height: number }

/** A badge wider than this does not fit on a phone. */
const WIDEST = 320

const pngMagic = Buffer.from('89504e470d0a1a0a', 'hex')

/**
 * The operator's badge, shown as high as ours. The PNG is for mails, which show no SVG; where there
 * is only the PNG, pages show that too. Undefined where there is none or it has mistakes.
 */
export function readBadge(png: Given, svg: Given): Omit<Badge, 'alt'> | undefined {
  const drawing = svg.bytes && svgOf(svg.bytes, svg.told)
  if (!png.bytes) {
    if (svg.bytes) svg.told('needs a PNG of the same name beside it; mails cannot show SVG')
    return undefined
  }
  const size = pngSize(png.bytes, png.told)
  if (!size) return undefined
  const ratio = size.width / size.height
  const width = Math.round(BADGE_HEIGHT * ratio)
  if (width < BADGE_HEIGHT || width > WIDEST) {
    png.told(
      `would be ${width} pixels wide at a height of ${BADGE_HEIGHT}; it must be ${BADGE_HEIGHT} to ${WIDEST}`,
    )
    return undefined
  }
  if (drawing && Math.abs(drawing.width / drawing.height / ratio - 1) > 0.05) {
    svg.told('has other proportions than the PNG; make the PNG from this SVG')
  }
  const shown = { width, height: BADGE_HEIGHT }
  return { ...shown, png: png.bytes, svg: drawing?.text ?? wrappedPng(png.bytes, shown) }
}

/** Width and height out of the first chunk, which is IHDR (PNG specification, 11.2.2). */
function pngSize(bytes: Uint8Array, told: Given['told']): Size | undefined {
  const png = Buffer.from(bytes)
  if (!png.subarray(0, 8).equals(pngMagic)) {
    told('is no PNG; export the badge as PNG')
    return undefined
  }
  const nameAt = (at: number) => png.toString('latin1', at, at + 4)
  const whole = nameAt(12) === 'IHDR' && nameAt(png.length - 8) === 'IEND'
  const size = whole ? { width: png.readUInt32BE(16), height: png.readUInt32BE(20) } : undefined
  if (!size || size.width === 0 || size.height === 0) {
    told('is a damaged PNG; export the badge again')
    return undefined
  }
  if (size.height < BADGE_HEIGHT) {
    told(
      `is ${size.height} pixels high; make it at least ${BADGE_HEIGHT}, better ${BADGE_HEIGHT * 3}`,
    )
    return undefined
  }
  return size
}

/** What an SVG must not have, each with what to do. Pages show it as a picture, so this is a second guard. */
const forbiddenInSvg: [RegExp, string][] = [
  [/<script\b|<foreignObject\b|<iframe\b/i, 'holds a script or a foreign document; take it out'],
  [/\son[a-z]+\s*=/i, 'holds an event handler such as onload; take it out'],
  [/javascript:/i, 'holds a javascript: link; take it out'],
  [/<!ENTITY|<!DOCTYPE[^>]*\[/i, 'declares entities; take the DOCTYPE out'],
  [/<\?xml-stylesheet|@import/i, 'loads a style sheet; put the styles into the file'],
  [
    /(?:href|src)\s*=(?!\s*["']\s*(?:#|data:image\/(?:png|jpeg);base64,))/i,
    'links to something outside; embed it or take it out',
  ],
  [/url\((?!\s*["']?\s*#)/i, 'loads something by url(…); embed it or take it out'],
]

function svgOf(bytes: Uint8Array, told: Given['told']): (Size & { text: string }) | undefined {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  const root = /<svg\b[^>]*>/i.exec(text)?.[0]
  if (!root || !/^\s*</.test(text) || !/<\/svg>\s*$/i.test(text)) {
    told('is no SVG; export the badge as SVG')
    return undefined
  }
  const found = forbiddenInSvg.filter(([pattern]) => pattern.test(text))
  for (const [, mistake] of found) told(mistake)
  if (!/\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(root)) {
    told('lacks xmlns="http://www.w3.org/2000/svg", without which browsers show nothing; add it')
  }
  const size = svgSize(root)
  if (!size) told('says neither a viewBox nor a width and height; add a viewBox')
  return size && { ...size, text }
}

function svgSize(root: string): Size | undefined {
  const value = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1] ?? ''
  const [, , boxWidth, boxHeight] = value('viewBox')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const width = boxWidth ?? Number.parseFloat(value('width'))
  const height = boxHeight ?? Number.parseFloat(value('height'))
  return width > 0 && height > 0 ? { width, height } : undefined
}

function wrappedPng(png: Uint8Array, { width, height }: Size): string {
  const data = Buffer.from(png).toString('base64')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${data}"/></svg>\n`
}
