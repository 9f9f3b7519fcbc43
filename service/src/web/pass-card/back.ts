import { renderElement } from '../../text/html.ts'
import type { Card, CardField } from './card.ts'
import { BASELINE } from './fields.ts'
import { CARD, renderCardBackground } from './front.ts'
import { type Drawing, formatLength, renderTextLine, type TextStyle } from './svg.ts'
import { type FontSpec, type TextLine, toTextLine, wrapTextLines } from './text-line.ts'

const LABEL: FontSpec = { size: 13, minSize: 13, widthFactor: 1.2 }
const VALUE: FontSpec = { size: 15, minSize: 15 }
const LINE_HEIGHT = 1.35
const INSET = 14
const FIELD_PADDING = 12

/** A text that is nothing but line breaks would become 30 times its size as SVG. */
const MAX_LINES = 20_000

/** Renders the back: every field in full, one below the other, like Wallet's list of a pass's details. */
export function renderBack({ fields: { backFields } }: Card): Drawing {
  const left = CARD.padding + INSET
  const width = CARD.width - 2 * left
  const parts: string[] = []
  let y = CARD.padding
  let remainingLines = MAX_LINES
  for (const [index, field] of backFields.entries()) {
    if (remainingLines <= 0) break
    if (index > 0) parts.push(renderSeparator(left, y))
    y += FIELD_PADDING
    for (const { line, style, font } of layOutField(field, width, remainingLines)) {
      const alignment = line.direction === 'rtl' ? 'right' : 'left'
      const x = alignment === 'right' ? left + width : left
      const baseline = y + font.size * ((LINE_HEIGHT - 1) / 2 + BASELINE)
      parts.push(renderTextLine(line, x, baseline, { ...style, alignment }))
      y += font.size * LINE_HEIGHT
      remainingLines -= 1
    }
    y += FIELD_PADDING
  }
  const height = Math.max(CARD.height, y + CARD.padding)
  const list = renderElement('rect', {
    x: CARD.padding,
    y: CARD.padding,
    width: CARD.width - 2 * CARD.padding,
    height: formatLength(y - CARD.padding),
    rx: 10,
    fill: '#ffffff',
  })
  return {
    svg:
      renderCardBackground('#f2f2f7', height) +
      (backFields.length > 0 ? list : '') +
      parts.join(''),
    width: CARD.width,
    height,
  }
}

interface StyledLine {
  line: TextLine
  style: TextStyle
  font: FontSpec
}

const labelStyle: TextStyle = { fill: '#1c1c1e', weight: 600 }
const valueStyle: TextStyle = { fill: '#55555a' }

function layOutField({ label, value }: CardField, width: number, maxLines: number): StyledLine[] {
  const layOut = (text: string, font: FontSpec, style: TextStyle): StyledLine[] =>
    text.trim() === ''
      ? []
      : wrapTextLines(text, font, width).map((line) => ({ line, style, font }))
  const lines = [...layOut(label, LABEL, labelStyle), ...layOut(value, VALUE, valueStyle)]
  if (lines.length <= maxLines) return lines
  const ellipsis = { line: toTextLine('…', VALUE), style: valueStyle, font: VALUE }
  return [...lines.slice(0, maxLines - 1), ellipsis]
}

function renderSeparator(left: number, y: number): string {
  return renderElement('rect', {
    x: left,
    y: formatLength(y),
    width: CARD.width - CARD.padding - left,
    height: 0.5,
    fill: '#c6c6c8',
  })
}
