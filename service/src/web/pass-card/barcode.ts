import { renderElement } from '../../text/html.ts'
import type { Card } from './card.ts'
import { escapeLine } from './fields.ts'

/** Renders the barcode on its white panel with the alternative text below; empty without one. */
export function renderBarcode({ code, isFaded, messages }: Card): string {
  if (code === undefined) return ''
  const path = renderElement('path', {
    d: isFaded ? dropEverySecondBar(code.path) : code.path,
    'shape-rendering': 'crispEdges',
  })
  const viewBox = `0 0 ${code.width} ${code.height}`
  const svg = renderElement('svg', { viewBox, role: 'img', 'aria-label': messages.barcode }, path)
  const altText = code.altText.trim()
  const caption = altText && `<figcaption dir="auto">${escapeLine(altText)}</figcaption>`
  return `<figure class="pc-code pc-${code.isSquare ? 'square' : 'wide'}">${svg}${caption}</figure>`
}

/** The barcode of a voided or expired pass still looks like one but cannot be scanned. */
function dropEverySecondBar(path: string): string {
  return path.replace(/(M[^M]*)M[^M]*/g, '$1')
}
