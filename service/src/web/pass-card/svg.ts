import { escapeXml, renderElement } from '../../text/html.ts'
import type { TextLine } from './text-line.ts'

/** SVG markup with its size in points. */
export interface Drawing {
  svg: string
  width: number
  height: number
}

export const emptyDrawing: Drawing = { svg: '', width: 0, height: 0 }

export type Alignment = 'left' | 'center' | 'right'

const FONT_FAMILY =
  '-apple-system, "SF Pro Text", system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'

/**
 * Wraps a drawing in a complete `<svg>`. Every text property that it could inherit from a page is
 * set here, as attributes, because a strict content security policy blocks styles inside the image.
 */
export function renderSvg(title: string, { svg, width, height }: Drawing): string {
  const size = `width="${formatLength(width)}" height="${formatLength(height)}"`
  const viewBox = `viewBox="0 0 ${formatLength(width)} ${formatLength(height)}"`
  const text = `font-family="${escapeXml(FONT_FAMILY)}" font-weight="400" font-style="normal" letter-spacing="0" direction="ltr" xml:space="preserve"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${viewBox} ${text} role="img"><title>${escapeXml(title)}</title>${svg}</svg>`
}

export interface TextStyle {
  fill: string
  alignment?: Alignment
  weight?: number
}

/** Renders one line of text with its baseline at `y`; `x` is its left end, center or right end. */
export function renderTextLine(line: TextLine, x: number, y: number, style: TextStyle): string {
  if (line.text === '') return ''
  const { fill, alignment = 'left', weight } = style
  const attributes = {
    x: formatLength(x),
    y: formatLength(y),
    'font-size': formatLength(line.size),
    'font-weight': weight,
    fill,
    direction: line.direction === 'rtl' ? 'rtl' : undefined,
    'text-anchor': textAnchors[line.direction][alignment],
    // Where the width is only a guess, the text is stretched or squeezed to it.
    ...(line.isReliable
      ? {}
      : { textLength: formatLength(line.width), lengthAdjust: 'spacingAndGlyphs' }),
  }
  return renderElement('text', attributes, escapeXml(line.text))
}

const textAnchors = {
  ltr: { left: undefined, center: 'middle', right: 'end' },
  rtl: { left: 'end', center: 'middle', right: undefined },
} as const

/** Formats a length with at most two decimals. */
export function formatLength(length: number): string {
  return String(Math.round(length * 100) / 100)
}
