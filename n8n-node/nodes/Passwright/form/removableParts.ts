import { fields } from '../portable/fields'
import { isConfigurable } from './fieldTypes'

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

/** Returns the properties of the request that the selected parts consist of. */
export function toRemovedPaths(selected: readonly string[]): string[] {
  return selected.flatMap((part) => (part === barcode.value ? barcodePaths : [part]))
}
