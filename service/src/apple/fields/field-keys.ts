import { createHash } from 'node:crypto'
import { type FieldGroup, fieldGroups, type PassField } from '@passwright/shared/schema'
import type { z } from 'zod'

type Field = z.infer<typeof PassField>
type Groups = { [Group in FieldGroup]?: Field[] }
export type KeyedField = Field & { key: string }

/**
 * Assigns a key to every field without one. The key depends only on the group and the label, because
 * Wallet uses it to find the values that changed in an update. Keys are unique in the whole pass: no
 * new one is among those `taken`.
 */
export function assignFieldKeys(
  groups: Groups,
  taken = findUsedKeys(groups),
): Record<FieldGroup, KeyedField[]> {
  const keyed = fieldGroups.map((group) => {
    const entries = (groups[group] ?? []).map((field) => ({
      ...field,
      key: field.key ?? reserveKey(`${group.replace('Fields', '')}-${toKeyPart(field)}`, taken),
    }))
    return [group, entries] as const
  })
  return Object.fromEntries(keyed) as Record<FieldGroup, KeyedField[]>
}

/** The keys that fields already have. */
export function findUsedKeys(groups: Groups): Set<string> {
  return new Set(
    fieldGroups.flatMap((group) => (groups[group] ?? []).flatMap(({ key }) => key ?? [])),
  )
}

/** A label as part of a key: a slug, with a short hash when other labels have the same slug. */
function toKeyPart({ label = '' }: Field): string {
  if (label === '') return 'field'
  const plain = label.toLowerCase()
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  // A slug alone identifies only the label in lower-case words with single spaces.
  if (slug !== '' && slug.replaceAll('-', ' ') === plain) return slug
  const hash = createHash('sha256').update(label).digest('hex').slice(0, 8)
  return slug === '' ? hash : `${slug}-${hash}`
}

/** Adds a key to those taken: the preferred one, else the first with a number that is free. */
export function reserveKey(preferred: string, taken: Set<string>): string {
  let key = preferred
  for (let count = 2; taken.has(key); count += 1) key = `${preferred}-${count}`
  taken.add(key)
  return key
}
