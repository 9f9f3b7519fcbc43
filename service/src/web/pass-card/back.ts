import type { Card, CardField } from './card.ts'
import { BASELINE } from './fields.ts'
import { CARD, sheet } from './front.ts'
import { amount, type Drawn, element, textAt } from './svg.ts'
import { type Line, oneLine, type Type, wrapped } from './text-line.ts'

const LABEL: Type = { size: 13, least: 13, stretch: 1.2 }
const VALUE: Type = { size: 15, least: 15 }
const LEADING = 1.35
const INSET = 14
const FIELD_PADDING = 12

/** Nobody reads further, and a text of nothing but line breaks would become 30 times its size. */
const MOST_LINES = 20_000

/** The back: every field in full, one below the other, as Wallet's list of a pass's details. */
export function back({ fields: { backFields } }: Card): Drawn {
  const left = CARD.padding + INSET
  const width = CARD.width - 2 * left
  const pieces: string[] = []
  let y = CARD.padding
  let room = MOST_LINES
  for (const [index, field] of backFields.entries()) {
    if (room <= 0) break
    if (index > 0) pieces.push(rule(left, y))
    y += FIELD_PADDING
    for (const { line, look, type } of linesOf(field, width, room)) {
      const isRight = line.direction === 'rtl'
      const x = isRight ? left + width : left
      const baseline = y + type.size * ((LEADING - 1) / 2 + BASELINE)
      pieces.push(textAt(line, x, baseline, { ...look, side: isRight ? 'right' : 'left' }))
      y += type.size * LEADING
      room -= 1
    }
    y += FIELD_PADDING
  }
  const height = Math.max(CARD.height, y + CARD.padding)
  const list = element('rect', {
    x: CARD.padding,
    y: CARD.padding,
    width: CARD.width - 2 * CARD.padding,
    height: amount(y - CARD.padding),
    rx: 10,
    fill: '#ffffff',
  })
  return {
    svg: sheet('#f2f2f7', height) + (backFields.length > 0 ? list : '') + pieces.join(''),
    width: CARD.width,
    height,
  }
}

const labelLook = { fill: '#1c1c1e', weight: 600 }
const valueLook = { fill: '#55555a' }

function linesOf({ label, value }: CardField, width: number, most: number) {
  const said = (text: string, type: Type, look: typeof valueLook) =>
    text.trim() === '' ? [] : wrapped(text, type, width).map((line: Line) => ({ line, look, type }))
  const lines = [...said(label, LABEL, labelLook), ...said(value, VALUE, valueLook)]
  if (lines.length <= most) return lines
  const last = { line: oneLine('…', VALUE), look: valueLook, type: VALUE }
  return [...lines.slice(0, most - 1), last]
}

function rule(left: number, y: number): string {
  return element('rect', {
    x: left,
    y: amount(y),
    width: CARD.width - CARD.padding - left,
    height: 0.5,
    fill: '#c6c6c8',
  })
}
