import { fields } from '../portable/fields/fields'
import { isConfigurable } from './fieldTypes'
import { toText } from './readText'

/** Fields that cannot be removed from a pass that exists, or are no part of it. */
const keptPaths: readonly string[] = ['externalId', 'passTypeIdentifier']

/** A barcode is removed as a whole: its value, its format and the text below it. */
const barcodePaths = fields.filter(({ group }) => group === 'barcode').map(({ path }) => path)
const barcode = { name: 'Barcode', value: 'barcode' }

/** Lists what an update can remove, as options sorted by label. */
export function listRemovableParts(): { name: string; value: string }[] {
  const others = fields
    .filter(({ group, path }) => group !== 'email' && !keptPaths.includes(path))
    .filter(({ path }) => !barcodePaths.includes(path))
    .filter(isConfigurable)
    .map(({ label, path }) => ({ name: label, value: path }))
  return [...others, barcode].sort((a, b) => a.name.localeCompare(b.name))
}

/** Returns the properties of the request that the selected parts consist of; an expression may give one part alone, or none. */
export function toRemovedPaths(selected: unknown): string[] {
  const parts = (Array.isArray(selected) ? selected : [selected]).map(toText)
  return parts.flatMap((part) => {
    if (part === undefined) return []
    return part === barcode.value ? barcodePaths : [part]
  })
}
