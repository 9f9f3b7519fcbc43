import type { Style } from '@passwright/shared/schema'
import type { GoogleField, GoogleFields } from './fields.ts'
import { limits } from './wallet-words.ts'

/** How many values stand in each of the three rows of a card: what passes of one class have in common. */
export type Layout = readonly [number, number, number]

/** Where the fields of a pass stand. */
export interface Placement {
  /** The largest text of the card, with its label. */
  header: { label: string; text: string; fields: readonly GoogleField[] }
  /** The values in each row. */
  rows: readonly (readonly GoogleField[])[]
  /** Front fields for which there is no room on the card. */
  crowdedOut: readonly GoogleField[]
  back: readonly GoogleField[]
}

/** Chooses the rows that a pass needs: one for its header, its secondary and its auxiliary fields each. */
export function chooseLayout(fields: GoogleFields, style: Style): Layout {
  const [first = [], second = [], third = []] = listRows(fields, style)
  const count = (row: readonly GoogleField[]) => Math.min(row.length, limits.itemsPerRow)
  return [count(first), count(second), count(third)]
}

/** Places the fields of a pass in the rows of a layout, which may be that of an earlier version of it. */
export function placeFields(fields: GoogleFields, style: Style, layout: Layout): Placement {
  const rows = listRows(fields, style)
  const heading = listHeading(fields, style)
  return {
    header: {
      label: joinTexts(heading.map(({ label }) => label)),
      text: joinTexts(heading.map(({ text }) => text)),
      fields: heading,
    },
    rows: rows.map((row, index) => row.slice(0, layout[index] ?? 0)),
    crowdedOut: rows.flatMap((row, index) => row.slice(layout[index] ?? 0)),
    back: fields.backFields,
  }
}

/** From where to where a journey goes is one text. */
function listHeading({ primaryFields }: GoogleFields, style: Style): GoogleField[] {
  return primaryFields.slice(0, style === 'boardingPass' ? 2 : 1)
}

function listRows(fields: GoogleFields, style: Style): GoogleField[][] {
  const { headerFields, primaryFields, secondaryFields, auxiliaryFields } = fields
  const others = primaryFields.slice(listHeading(fields, style).length)
  return [[...headerFields, ...others], secondaryFields, auxiliaryFields]
}

function joinTexts(texts: string[]): string {
  return texts.filter((text) => text.trim() !== '').join(' → ')
}

const letters = ['a', 'b', 'c'] as const

/** The id of the text that stands in a place of a row, both counted from 0. */
export function toSlotId(row: number, item: number): string {
  return `r${row + 1}${letters[item] ?? ''}`
}
