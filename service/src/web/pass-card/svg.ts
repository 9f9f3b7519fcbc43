import type { Line } from './text-line.ts'

/** A piece of a picture: its markup, and how large it is. */
export interface Drawn {
  svg: string
  width: number
  height: number
}

/** Where along a line a text stands. */
export type Side = 'left' | 'center' | 'right'

const FONTS =
  '-apple-system, "SF Pro Text", system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'

/**
 * A whole picture. Every property that a page could hand down is said here, as an attribute, since
 * a strict content security policy takes no style from inside the picture.
 */
export function picture(title: string, { svg, width, height }: Drawn): string {
  const size = `width="${amount(width)}" height="${amount(height)}"`
  const view = `viewBox="0 0 ${amount(width)} ${amount(height)}"`
  const text = `font-family="${escapeXml(FONTS)}" font-weight="400" font-style="normal" letter-spacing="0" direction="ltr" xml:space="preserve"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${view} ${text} role="img"><title>${escapeXml(title)}</title>${svg}</svg>`
}

/** How a text looks. */
export interface TextLook {
  fill: string
  side?: Side
  weight?: number
}

/** One line of text whose first baseline is at `y`; `x` is its left end, middle or right end. */
export function textAt(line: Line, x: number, y: number, look: TextLook): string {
  if (line.text === '') return ''
  const { fill, side = 'left', weight } = look
  const attributes = {
    x: amount(x),
    y: amount(y),
    'font-size': amount(line.size),
    'font-weight': weight,
    fill,
    direction: line.direction === 'rtl' ? 'rtl' : undefined,
    'text-anchor': anchors[line.direction][side],
    // A text of glyphs that nobody can estimate is drawn as wide as was planned.
    ...(line.sure ? {} : { textLength: amount(line.width), lengthAdjust: 'spacingAndGlyphs' }),
  }
  return element('text', attributes, escapeXml(line.text))
}

const anchors = {
  ltr: { left: undefined, center: 'middle', right: 'end' },
  rtl: { left: 'end', center: 'middle', right: undefined },
} as const

/** An element of ours; attributes without a value are left out. */
export function element(
  name: string,
  attributes: Record<string, string | number | undefined>,
  content = '',
): string {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('')
  return content === '' ? `<${name}${said}/>` : `<${name}${said}>${content}</${name}>`
}

/** A length with at most two decimals. */
export function amount(length: number): string {
  return String(Math.round(length * 100) / 100)
}

/** Text that may stand in XML and HTML, also in an attribute; what XML cannot hold is left out. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(forbidden, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// https://www.w3.org/TR/xml/#charsets, and the controls that HTML calls an error.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to leave out.
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g
