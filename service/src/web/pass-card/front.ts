import { codePanel } from './barcode-panel.ts'
import type { Card } from './card.ts'
import { amount, type Drawn, element } from './svg.ts'

/** The card of an iPhone, in points; a card grows where its fields need it. */
export const CARD = { width: 358, height: 450, radius: 12, padding: 14 }
const BAND_GAP = 16

/** The front of a card: its bands from the top, the code at the foot. */
export function front(card: Card): Drawn {
  const { padding } = CARD
  const place = { left: padding, width: CARD.width - 2 * padding }
  const pieces: string[] = []
  let top = padding
  for (const band of card.layout.bands) {
    const { svg, height } = band(card, { ...place, top })
    pieces.push(svg)
    if (height > 0) top += height + BAND_GAP
  }
  const code = codePanel(card, place.width)
  const height = Math.max(CARD.height, top + code.height + padding)
  if (code.height > 0) {
    const x = amount((CARD.width - code.width) / 2)
    const y = amount(height - padding - code.height)
    pieces.push(element('g', { transform: `translate(${x} ${y})` }, code.svg))
  }
  return {
    svg: sheet(card.colors.background, height) + pieces.join(''),
    width: CARD.width,
    height,
  }
}

/** A rounded sheet with an edge that shows on a ground of its own color. */
export function sheet(fill: string, height: number): string {
  return element('rect', {
    x: 0.5,
    y: 0.5,
    width: CARD.width - 1,
    height: amount(height - 1),
    rx: CARD.radius,
    fill,
    stroke: '#808080',
    'stroke-opacity': 0.35,
  })
}
