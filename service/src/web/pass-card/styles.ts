import type { FieldGroup } from '@passwright/shared/schema'
import type { PassJson } from '../../apple/pass-json.ts'
import {
  type RenderBand,
  renderFieldRows,
  renderHeader,
  renderPrimaryBesideThumbnail,
} from './bands.ts'

/** How Wallet lays out the front of a pass style: the order of the bands, and which fields share a row. */
export interface StyleLayout {
  bands: readonly RenderBand[]
  rows: readonly (readonly FieldGroup[])[]
  rowsAboveSquareBarcode: readonly (readonly FieldGroup[])[]
}

const generic: StyleLayout = {
  bands: [renderHeader, renderPrimaryBesideThumbnail, renderFieldRows],
  rows: [['secondaryFields'], ['auxiliaryFields']],
  rowsAboveSquareBarcode: [['secondaryFields', 'auxiliaryFields']],
}

/** One row per pass style. */
const styleLayouts: Record<string, StyleLayout> = { generic }

/** Finds the style of a pass.json and its layout; a style without a layout is drawn as a generic pass. */
export function findStyle(pass: PassJson): { style: string; layout: StyleLayout } {
  const found = Object.entries(styleLayouts).find(([name]) => Object.hasOwn(pass, name))
  const [style, layout] = found ?? ['generic', generic]
  return { style, layout }
}
