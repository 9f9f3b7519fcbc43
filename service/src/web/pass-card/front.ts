import { renderElement } from '../../text/html.ts'
import type { Card } from './card.ts'
import { BASELINE } from './fields.ts'
import { type Drawing, emptyDrawing, formatLength, renderTextLine } from './svg.ts'
import { type FontSpec, fitLine, toTextLine } from './text-line.ts'

/** The card on an iPhone, in points; it grows when its fields need more height. */
export const CARD = { width: 358, height: 450, radius: 12, padding: 14 }
const BAND_GAP = 16

/** Renders the front of a card: its bands from the top, its barcode at the bottom. */
export function renderFront(card: Card): Drawing {
  const { padding } = CARD
  const area = { left: padding, width: CARD.width - 2 * padding }
  const parts: string[] = []
  let top = padding
  for (const renderBand of card.layout.bands) {
    const { svg, height } = renderBand(card, { ...area, top })
    parts.push(svg)
    if (height > 0) top += height + BAND_GAP
  }
  const panel = renderBarcodePanel(card, area.width)
  const height = Math.max(CARD.height, top + panel.height + padding)
  if (panel.height > 0) {
    const x = formatLength((CARD.width - panel.width) / 2)
    const y = formatLength(height - padding - panel.height)
    parts.push(renderElement('g', { transform: `translate(${x} ${y})` }, panel.svg))
  }
  return {
    svg: renderCardBackground(card.colors.background, height) + parts.join(''),
    width: CARD.width,
    height,
  }
}

/** Renders the rounded rectangle of a card, with a border that shows on a page of the same color. */
export function renderCardBackground(fill: string, height: number): string {
  return renderElement('rect', {
    x: 0.5,
    y: 0.5,
    width: CARD.width - 1,
    height: formatLength(height - 1),
    rx: CARD.radius,
    fill,
    stroke: '#808080',
    'stroke-opacity': 0.35,
  })
}

const SQUARE_BARCODE = { width: 160, height: 160 }
const WIDE_BARCODE = { width: 300, height: 120 }
const PANEL_PADDING = 8
const ALT_TEXT: FontSpec = { size: 13, minSize: 10 }
const ALT_TEXT_HEIGHT = 20

/** Renders the barcode on its white panel with the alternative text below, at the origin. */
function renderBarcodePanel({ code, isFaded }: Card, maxWidth: number): Drawing {
  if (code === undefined) return emptyDrawing
  const box = code.isSquare ? SQUARE_BARCODE : WIDE_BARCODE
  const scale = Math.min(box.width / code.width, box.height / code.height)
  const size = { width: code.width * scale, height: code.height * scale }

  const altText = toTextLine(code.altText, ALT_TEXT)
  const fitted = fitLine(altText, ALT_TEXT, maxWidth - 2 * PANEL_PADDING)
  // A square code includes a wide quiet zone already.
  const top = code.isSquare ? PANEL_PADDING / 2 : PANEL_PADDING
  const width = Math.max(size.width + 2 * top, fitted.width + 2 * PANEL_PADDING)
  const altTextTop = top + size.height + (code.isSquare ? 0 : PANEL_PADDING / 2)
  const height = altTextTop + (fitted.text === '' ? PANEL_PADDING / 2 : ALT_TEXT_HEIGHT)

  const background = renderElement('rect', {
    width: formatLength(width),
    height: formatLength(height),
    rx: 8,
    fill: '#ffffff',
    'fill-opacity': isFaded ? 0.6 : undefined,
  })
  const path = renderElement('path', {
    d: isFaded ? dropEverySecondBar(code.path) : code.path,
    fill: isFaded ? '#a0a0a0' : '#000000',
    'shape-rendering': 'crispEdges',
    transform: `translate(${formatLength((width - size.width) / 2)} ${formatLength(top)}) scale(${scale.toFixed(5)})`,
  })
  const text = renderTextLine(fitted, width / 2, altTextTop + ALT_TEXT.size * BASELINE, {
    fill: isFaded ? '#6c6c70' : '#000000',
    alignment: 'center',
  })
  return { svg: background + path + text, width, height }
}

/** The barcode of a voided or expired pass still looks like one but cannot be scanned. */
function dropEverySecondBar(path: string): string {
  return path.replace(/(M[^M]*)M[^M]*/g, '$1')
}
