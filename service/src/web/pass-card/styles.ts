import type { FieldGroup } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import { type Band, fieldRows, head, primaryBesideThumbnail } from './bands.ts'

/** How Wallet lays out the front of a style: what follows what, and which fields share a row. */
export interface StyleLayout {
  bands: readonly Band[]
  rows: readonly (readonly FieldGroup[])[]
  rowsAboveSquareCode: readonly (readonly FieldGroup[])[]
}

const generic: StyleLayout = {
  bands: [head, primaryBesideThumbnail, fieldRows],
  rows: [['secondaryFields'], ['auxiliaryFields']],
  rowsAboveSquareCode: [['secondaryFields', 'auxiliaryFields']],
}

/** One row per style of a pass.json. */
const styleLayouts: Record<string, StyleLayout> = { generic }

/** The style of a pass.json with its layout; a style that has no row is drawn as a generic pass. */
export function styleOf(pass: PassJson): { style: string; layout: StyleLayout } {
  const known = Object.entries(styleLayouts).find(([name]) => Object.hasOwn(pass, name))
  const [style, layout] = known ?? ['generic', generic]
  return { style, layout }
}
