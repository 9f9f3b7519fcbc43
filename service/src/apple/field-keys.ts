import { createHash } from 'node:crypto'
import { type FieldGroup, fieldGroups, type PassField } from '@passwright/shared/schema'
import type { z } from 'zod'

type Field = z.infer<typeof PassField>
type Groups = { [Group in FieldGroup]?: Field[] }
export type KeyedField = Field & { key: string }

/**
 * Gives every field without a key one that stays the same as long as its label does, since Wallet
 * tells by the key which value has changed. Keys are unique in the whole pass.
 */
export function assignFieldKeys(groups: Groups): Record<FieldGroup, KeyedField[]> {
  const taken = findUsedKeys(groups)
  const keyed = fieldGroups.map((group) => {
    const entries = (groups[group] ?? []).map((field) => ({
      ...field,
      key: field.key ?? reserveKey(`${group.replace('Fields', '')}-${toKeyPart(field)}`, taken),
    }))
    return [group, entries] as const
  })
  return Object.fromEntries(keyed) as Record<FieldGroup, KeyedField[]>
}

/** The keys that fields were given already. */
export function findUsedKeys(groups: Groups): Set<string> {
  return new Set(
    fieldGroups.flatMap((group) => (groups[group] ?? []).flatMap(({ key }) => key ?? [])),
  )
}

/** A label as part of a key: readable, and with a short hash where other labels would read the same. */
function toKeyPart({ label = '' }: Field): string {
  if (label === '') return 'field'
  const plain = label.toLowerCase()
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  // Words with blanks between them are the one spelling that a slug is read back to.
  if (slug !== '' && slug.replaceAll('-', ' ') === plain) return slug
  const hash = createHash('sha256').update(label).digest('hex').slice(0, 8)
  return slug === '' ? hash : `${slug}-${hash}`
}

/** The wanted key, or the first like it that is not taken; it is from then on. */
export function reserveKey(wanted: string, taken: Set<string>): string {
  let key = wanted
  for (let count = 2; taken.has(key); count += 1) key = `${wanted}-${count}`
  taken.add(key)
  return key
}
