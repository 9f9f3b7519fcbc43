import { type FieldGroup, fieldGroups, type PassSpec } from '@passwright/shared/schema'
import { keyStyleFields } from './pass-json.ts'

/** A number in a field of a pass. */
export interface Counter {
  value: number
  /** The spec with another number in its place; a text stays a text. */
  write: (value: number) => PassSpec
}

/** Finds the number in the field of this key; undefined when there is no such field, or no number in it. */
export function findCounter(spec: PassSpec, key: string): Counter | undefined {
  const keyed = keyStyleFields(spec)
  for (const group of fieldGroups) {
    const index = keyed[group].findIndex((field) => field.key === key)
    const field = keyed[group][index]
    const value = field && parseCounter(field.value)
    if (!field || value === undefined) continue
    const toValue = (next: number) => writeCounter(field.value, next)
    return { value, write: (next) => writeField(spec, group, index, toValue(next)) }
  }
  return undefined
}

/** A number in the place of another one; where that was a text, so is this. */
export function writeCounter(before: string | number, value: number): string | number {
  return typeof before === 'number' ? value : formatLike(before, value)
}

/** Where the value of the field of this key stands in a spec. */
export function findFieldPath(spec: PassSpec, key: string): (string | number)[] | undefined {
  const keyed = keyStyleFields(spec)
  for (const group of fieldGroups) {
    const index = keyed[group].findIndex((field) => field.key === key)
    if (index < 0) continue
    const implied = keyed[group].length - (spec[group]?.length ?? 0)
    return index < implied ? [getImplied(group)] : [group, index - implied, 'value']
  }
  return undefined
}

/** The keys of the fields that hold a number. */
export function listCounterKeys(spec: PassSpec): string[] {
  const keyed = keyStyleFields(spec)
  return fieldGroups.flatMap((group) =>
    keyed[group].filter(({ value }) => parseCounter(value) !== undefined).map(({ key }) => key),
  )
}

/** At most 12 digits before the point and two behind it, as a counter may have. */
const plainNumber = /^-?\d{1,12}(?:\.\d{1,2})?$/

/** Reads a number, or a text that is a plain one; undefined for any other value. */
export function parseCounter(value: string | number): number | undefined {
  const text = String(value)
  return plainNumber.test(text) ? Number(text) : undefined
}

/** Two decimals, as of an amount of money, stay two; else there are as many as the number needs. */
function formatLike(before: string, value: number): string {
  return /\.\d\d$/.test(before) ? value.toFixed(2) : String(value)
}

/** The title and `value` stand for the first field of their groups. */
function getImplied(group: FieldGroup): 'title' | 'value' {
  return group === 'primaryFields' ? 'title' : 'value'
}

function writeField(
  spec: PassSpec,
  group: FieldGroup,
  index: number,
  value: string | number,
): PassSpec {
  const fields = spec[group] ?? []
  const implied = keyStyleFields(spec)[group].length - fields.length
  if (index < implied) {
    return { ...spec, [getImplied(group)]: String(value) }
  }
  const changed = fields.map((field, place) =>
    place === index - implied ? { ...field, value } : field,
  )
  return { ...spec, [group]: changed }
}
