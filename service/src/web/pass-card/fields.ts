import type { Card, CardField } from './card.ts'
import { type Alignment, renderTextLine, type TextStyle } from './svg.ts'
import { type FontSpec, fitLine, type TextLine, toTextLine } from './text-line.ts'

/** How a row of fields looks: a small label, and the value below it. */
export interface FieldStyle {
  value: FontSpec
  /** For fields that set no alignment; the text's own direction decides when absent. */
  alignment?: Alignment
}

const LABEL: FontSpec = { size: 11, minSize: 8.5 }
const LABEL_HEIGHT = 15
/** From the top of a line to its baseline, in ems. */
export const BASELINE = 0.93
/** From the top of a line to the top of the next, in ems. */
export const LINE_HEIGHT = 1.22

/** A field with its texts on one line each, not yet fitted into a column. */
export interface FieldLines {
  field: CardField
  label: TextLine
  value: TextLine
  /** The width of the wider of the two. */
  width: number
}

/** Sets the texts of a field. Wallet writes labels on the front in capitals. */
export function toFieldLines(field: CardField, style: FieldStyle): FieldLines {
  const label = toTextLine(field.label.toLocaleUpperCase('en'), LABEL)
  const value = toTextLine(field.value, style.value)
  // Slightly more, so that rounding truncates no text that fits.
  return { field, label, value, width: Math.max(label.width, value.width) + 0.1 }
}

/** Returns the height of a row of fields; without any labels, or any values, it is lower. */
export function measureRowHeight(fields: FieldLines[], style: FieldStyle): number {
  const hasValue = fields.some(({ value }) => value.text !== '')
  return measureLabelHeight(fields) + (hasValue ? style.value.size * LINE_HEIGHT : 0)
}

/** Renders fields side by side, each in its column. */
export function renderFields(
  fields: FieldLines[],
  columns: Column[],
  top: number,
  style: FieldStyle,
  colors: Card['colors'],
): string {
  const labelY = top + LABEL.size * BASELINE
  const valueY = top + measureLabelHeight(fields) + style.value.size * BASELINE
  const rendered = fields.map(({ field, label, value }, index) => {
    const column = columns[index] ?? { left: 0, width: 0 }
    const renderLine = (line: TextLine, font: FontSpec, y: number, textStyle: TextStyle) => {
      const alignment =
        field.alignment ?? style.alignment ?? (line.direction === 'rtl' ? 'right' : 'left')
      const x = getAlignedX(column, alignment)
      return renderTextLine(fitLine(line, font, column.width), x, y, { ...textStyle, alignment })
    }
    return (
      renderLine(label, LABEL, labelY, { fill: colors.label, weight: 500 }) +
      renderLine(value, style.value, valueY, { fill: colors.foreground })
    )
  })
  return rendered.join('')
}

function measureLabelHeight(fields: FieldLines[]): number {
  return fields.some(({ label }) => label.text !== '') ? LABEL_HEIGHT : 0
}

function getAlignedX({ left, width }: Column, alignment: Alignment): number {
  return left + { left: 0, center: width / 2, right: width }[alignment]
}

export interface Column {
  left: number
  width: number
}

/** Lays columns out over the whole width: each gets what it needs, and the rest is split equally. */
export function justifyColumns(
  needs: number[],
  left: number,
  width: number,
  gap: number,
): Column[] {
  const available = width - gap * (needs.length - 1)
  const widths = distributeWidth(needs, available)
  const spare = available - sum(widths)
  const justified = widths.map((columnWidth) => columnWidth + spare / widths.length)
  return placeColumns(justified, left, gap)
}

/** Lays columns out as wide as they need, the last one ending at `right`. */
export function alignColumnsRight(
  needs: number[],
  right: number,
  width: number,
  gap: number,
): Column[] {
  const widths = distributeWidth(needs, width - gap * (needs.length - 1))
  return placeColumns(widths, right - sum(widths) - gap * (widths.length - 1), gap)
}

/** Gives each column the width it needs; if that is too much, the wide ones share what the narrow ones leave. */
export function distributeWidth(needs: number[], width: number): number[] {
  const narrowestFirst = needs
    .map((need, index) => ({ need, index }))
    .sort((a, b) => a.need - b.need)
  const widths = new Array<number>(needs.length).fill(0)
  let remaining = Math.max(0, width)
  for (const [position, { need, index }] of narrowestFirst.entries()) {
    const columnWidth = Math.min(need, remaining / (needs.length - position))
    widths[index] = columnWidth
    remaining -= columnWidth
  }
  return widths
}

function placeColumns(widths: number[], left: number, gap: number): Column[] {
  let nextLeft = left
  return widths.map((width) => {
    const column = { left: nextLeft, width }
    nextLeft += width + gap
    return column
  })
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
