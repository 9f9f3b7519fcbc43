import { renderElement } from '../../text/html.ts'
import type { Card, CardCode } from './card.ts'
import { escapeLine } from './fields.ts'

/** Renders the barcode on its white panel with the alternative text below; empty without one. */
export function renderBarcode({ code, isFaded, messages }: Card): string {
  if (code === undefined) return ''
  const path = isFaded ? dropEverySecondBar(code.path) : code.path
  const svg = renderCodeSvg(code, path, messages.barcode)
  const altText = code.altText.trim()
  const caption = altText && `<figcaption dir="auto">${escapeLine(altText)}</figcaption>`
  return `<figure class="pc-code pc-${code.isSquare ? 'square' : 'wide'}">${svg}${caption}</figure>`
}

/** Renders the bars of a code, or some of them, as an image with a name. */
export function renderCodeSvg(
  { width, height }: Pick<CardCode, 'width' | 'height'>,
  path: string,
  label: string,
): string {
  return renderElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    renderElement('path', { d: path, 'shape-rendering': 'crispEdges' }),
  )
}

/** The barcode of a voided or expired pass still looks like one but cannot be scanned. */
function dropEverySecondBar(path: string): string {
  return path.replace(/(M[^M]*)M[^M]*/g, '$1')
}
