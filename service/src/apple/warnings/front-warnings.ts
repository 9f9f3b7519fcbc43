import { type BarcodeFormat, symbologies } from '@passwright/shared'
import {
  chooseStyle,
  frontLimits,
  type PassSpec,
  type Style,
  sharedLimitBesideSquareBarcode,
} from '@passwright/shared/schema'
import type { Warning } from './warnings.ts'

const frontGroups = ['headerFields', 'primaryFields', 'secondaryFields', 'auxiliaryFields'] as const

/** Finds the groups with more fields than the front of the pass shows. */
export function findFrontWarnings(spec: PassSpec): Warning[] {
  const style = chooseStyle(spec)
  const limits = frontLimits[style]
  const counts = countFields(spec)
  const over = frontGroups.flatMap((group) =>
    counts[group] > limits[group]
      ? [toWarning(group, `has ${counts[group]} fields`, limits[group], style)]
      : [],
  )
  // A group that is too long itself is reported already.
  const isReported = over.some(({ path }) => /^(?:secondary|auxiliary)/.test(path))
  return isReported ? over : [...over, ...findSharedWarnings(spec, style, counts)]
}

type Counts = Record<(typeof frontGroups)[number], number>

/** Secondary and auxiliary fields stand in one row in some styles. */
function findSharedWarnings(spec: PassSpec, style: Style, counts: Counts): Warning[] {
  const besideSquare = style === 'generic' && hasSquareBarcode(spec)
  const max = besideSquare ? sharedLimitBesideSquareBarcode : frontLimits[style].shared
  const together = counts.secondaryFields + counts.auxiliaryFields
  if (max === undefined || together <= max) return []
  const where = besideSquare ? 'generic pass with a square barcode' : style
  const count = `and secondaryFields have ${together} fields together`
  return [toWarning('auxiliaryFields', count, max, where)]
}

/** The fields of each group, with those that `title`, `label` and `value` make. */
function countFields(spec: PassSpec): Counts {
  const count = (group: (typeof frontGroups)[number]) => spec[group]?.length ?? 0
  const hasValue = spec.label !== undefined || spec.value !== undefined
  return {
    headerFields: count('headerFields'),
    primaryFields: count('primaryFields'),
    secondaryFields: count('secondaryFields') + (hasValue ? 1 : 0),
    auxiliaryFields: count('auxiliaryFields'),
  }
}

function hasSquareBarcode({ barcodeValue, barcodeFormat = 'QR' }: PassSpec): boolean {
  const format: BarcodeFormat = barcodeFormat
  return barcodeValue !== undefined && symbologies[format].drawing.isSquare
}

function toWarning(path: string, count: string, max: number, style: string): Warning {
  const fields = max === 1 ? 'one' : `${max}`
  return {
    path,
    message: `${count}, and Wallet shows ${fields} on the front of the style ${style}; move some to backFields`,
  }
}
