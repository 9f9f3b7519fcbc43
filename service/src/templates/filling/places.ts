import { type Field, type FieldKind, findField, type ItemField, isObject } from '@passwright/shared'
import type { Path } from './placeholders.ts'

/** Finds the row of the field that a path leads to; undefined inside the shapes of Apple's own. */
export function findPlace(path: Path): Field | ItemField | undefined {
  const [name, ...inner] = path
  const field = findField(String(name))
  const [item] = inner.filter((key) => typeof key === 'string')
  return item === undefined ? field : field?.items?.find((row) => row.path === item)
}

/** The kind of a place; of Apple's own shapes `json`. */
export function getPlaceKind(path: Path): FieldKind {
  return findPlace(path)?.kind ?? 'json'
}

/** Whether the field around a value shows it as a number, or as a date. */
export function readValueStyle(around: unknown): 'number' | 'date' | undefined {
  if (!isObject(around)) return undefined
  if (around.numberStyle || around.currencyCode) return 'number'
  return around.dateStyle || around.timeStyle ? 'date' : undefined
}

const isFieldGroup = (key: unknown) => typeof key === 'string' && key.endsWith('Fields')

/** Whether a path leads to a property of one of the fields of a pass, Apple's own included. */
export function isInField(path: Path, property: string): boolean {
  return path.at(-1) === property && typeof path.at(-2) === 'number' && isFieldGroup(path.at(-3))
}

/** What an entry of a list says nothing without, by the name of the list. */
const neededByEntries: Record<string, string> = {
  locations: 'latitude',
  beacons: 'proximityUUID',
  relevantDates: 'date',
}

/** The property without which the object at a path is left out. */
export function getNeeded(path: Path): string | undefined {
  const [place, list] = [path.at(-1), path.at(-2)]
  if (path.length === 1) return { email: 'to', nfc: 'message' }[String(place)]
  if (typeof place !== 'number') return undefined
  return isFieldGroup(list) ? 'value' : neededByEntries[String(list)]
}
