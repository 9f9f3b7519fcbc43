import type { Card, CardField } from './card.ts'
import type { Column } from './columns.ts'
import { type Side, type TextLook, textAt } from './svg.ts'
import { fitted, type Line, oneLine, type Type } from './text-line.ts'

/** How a row of fields is written: a small label, and the value below it. */
export interface FieldLook {
  value: Type
  /** Where a text without alignment stands; its own direction decides when absent. */
  side?: Side
}

const LABEL: Type = { size: 11, least: 8.5 }
const LABEL_HEIGHT = 15
/** From the top of a line to its baseline, and to the top of the next, in ems. */
export const BASELINE = 0.93
export const LINE_HEIGHT = 1.22

/** A field whose texts stand on one line each, not yet made to fit. */
export interface FieldLines {
  field: CardField
  label: Line
  value: Line
  /** As wide as the wider of the two. */
  width: number
}

/** Wallet writes labels on the front in capitals. */
export function fieldLines(field: CardField, look: FieldLook): FieldLines {
  const label = oneLine(field.label.toLocaleUpperCase('en'), LABEL)
  const value = oneLine(field.value, look.value)
  // A hair more, so that rounding cuts no text that fits.
  return { field, label, value, width: Math.max(label.width, value.width) + 0.1 }
}

/** How high a row of fields is; what no field of it has takes no room. */
export function rowHeight(fields: FieldLines[], look: FieldLook): number {
  const hasValue = fields.some(({ value }) => value.text !== '')
  return labelHeight(fields) + (hasValue ? look.value.size * LINE_HEIGHT : 0)
}

/** Draws fields beside each other, each in its column. */
export function drawFields(
  fields: FieldLines[],
  columns: Column[],
  top: number,
  look: FieldLook,
  colors: Card['colors'],
): string {
  const labelY = top + LABEL.size * BASELINE
  const valueY = top + labelHeight(fields) + look.value.size * BASELINE
  const pieces = fields.map(({ field, label, value }, index) => {
    const column = columns[index] ?? { left: 0, width: 0 }
    const place = (line: Line, type: Type, y: number, ink: TextLook) => {
      const side = field.alignment ?? look.side ?? (line.direction === 'rtl' ? 'right' : 'left')
      return textAt(fitted(line, type, column.width), edgeOf(column, side), y, { ...ink, side })
    }
    return (
      place(label, LABEL, labelY, { fill: colors.label, weight: 500 }) +
      place(value, look.value, valueY, { fill: colors.foreground })
    )
  })
  return pieces.join('')
}

function labelHeight(fields: FieldLines[]): number {
  return fields.some(({ label }) => label.text !== '') ? LABEL_HEIGHT : 0
}

function edgeOf({ left, width }: Column, side: Side): number {
  return left + { left: 0, center: width / 2, right: width }[side]
}
