import type { Card } from './card.ts'
import { BASELINE } from './fields.ts'
import { amount, type Drawn, element, textAt } from './svg.ts'
import { fitted, oneLine, type Type } from './text-line.ts'

const SQUARE_SIDE = 160
const WIDE = { width: 300, height: 120 }
const PADDING = 8
const ALT_TEXT: Type = { size: 13, least: 10 }
const ALT_TEXT_HEIGHT = 20

/** The code on its white panel, its text below it; both start at 0, to be moved to their place. */
export function codePanel({ code, isFaded }: Card, most: number): Drawn {
  if (code === undefined) return { svg: '', width: 0, height: 0 }
  const box = code.isSquare ? { width: SQUARE_SIDE, height: SQUARE_SIDE } : WIDE
  const scale = Math.min(box.width / code.width, box.height / code.height)
  const size = { width: code.width * scale, height: code.height * scale }

  const altText = oneLine(code.altText, ALT_TEXT)
  const shown = fitted(altText, ALT_TEXT, most - 2 * PADDING)
  // A square code brings white enough of its own.
  const top = code.isSquare ? PADDING / 2 : PADDING
  const width = Math.max(size.width + 2 * top, shown.width + 2 * PADDING)
  const altTop = top + size.height + (code.isSquare ? 0 : PADDING / 2)
  const height = altTop + (shown.text === '' ? PADDING / 2 : ALT_TEXT_HEIGHT)

  const paper = element('rect', {
    width: amount(width),
    height: amount(height),
    rx: 8,
    fill: '#ffffff',
    'fill-opacity': isFaded ? 0.6 : undefined,
  })
  const path = element('path', {
    d: isFaded ? everySecondBar(code.path) : code.path,
    fill: isFaded ? '#a0a0a0' : '#000000',
    'shape-rendering': 'crispEdges',
    transform: `translate(${amount((width - size.width) / 2)} ${amount(top)}) scale(${scale.toFixed(5)})`,
  })
  const text = textAt(shown, width / 2, altTop + ALT_TEXT.size * BASELINE, {
    fill: isFaded ? '#6c6c70' : '#000000',
    side: 'center',
  })
  return { svg: paper + path + text, width, height }
}

/** A code that is over still looks like one, and cannot be scanned. */
function everySecondBar(path: string): string {
  return path.replace(/(M[^M]*)M[^M]*/g, '$1')
}
