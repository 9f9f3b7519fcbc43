import { isObject } from '@passwright/shared'
import { imageSlotNames, type PassSpec, styles } from '@passwright/shared/schema'

/**
 * The field of a request that a file or a key of pass.json comes from: `strip@2x.png` is `stripURL`, and
 * `coupon.backFields[0].row` is `backFields[0].row`, or `apple.coupon.backFields[0].row` where the
 * request has it there.
 */
export function toRequestPath(path: string, spec: PassSpec): string {
  const slot = imageSlotNames.find((name) => new RegExp(`^${name}(?:@[23]x)?\\.png$`).test(path))
  if (slot) return `${slot}URL`
  const language = /^([^/]+)\.lproj/.exec(path)?.[1]
  if (language !== undefined) return `localizations.${language}`
  const [key = '', group = ''] = path.match(/[^.[\]]+/g) ?? []
  const given = spec.apple?.[key]
  const style = styles.find((name) => name === key)
  if (style) {
    const isOwn = isObject(given) && given[group] !== undefined
    return isOwn ? `apple.${path}` : toFieldPath(path.slice(style.length + 1), spec)
  }
  if (given !== undefined) return `apple.${path}`
  return path.startsWith('barcodes[0].') ? 'barcodeValue' : path
}

/** The flat `label` and `value` make the first secondary field, and move the others by one. */
function toFieldPath(path: string, { label, value }: PassSpec): string {
  const [, position, rest = ''] = /^secondaryFields\[(\d+)\](.*)$/s.exec(path) ?? []
  if (position === undefined || (label === undefined && value === undefined)) return path
  return position === '0' ? 'value' : `secondaryFields[${Number(position) - 1}]${rest}`
}
