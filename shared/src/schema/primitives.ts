import { type Field, findField, type ItemField } from '@passwright/shared'
import { z } from 'zod'

/** The languages of emails and pages. */
export const locales = ['en', 'de'] as const

export const Locale = z.enum(locales)
export type Locale = z.infer<typeof Locale>

/** An instant in our own JSON: ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 })

/** A text of at most `max` characters, counted as Unicode code points. */
export function text(max: number) {
  return z
    .string()
    .refine((value) => countCharacters(value) <= max, {
      error: `must be ${max} characters or less`,
    })
    .meta({ maxLength: max })
}

/** A text of at most `max` characters that is not blank. */
export function filledText(max: number) {
  return text(max)
    .refine((value) => value.trim() !== '', { error: 'must not be blank' })
    .meta({ maxLength: max, minLength: 1 })
}

function countCharacters(value: string): number {
  // A code point has two UTF-16 units at most, so a text this long exceeds every `max`.
  return value.length > 1_000_000 ? value.length : [...value].length
}

/** A number between two bounds, both included; the message names both. */
export function withRange<T extends z.ZodNumber>(schema: T, min: number, max: number): T {
  const error = `must be between ${min} and ${max}`
  return schema.min(min, { error }).max(max, { error })
}

/** One of a table's keys. */
export function enumOfKeys<T extends Record<string, unknown>>(table: T) {
  return z.enum(Object.keys(table) as [Extract<keyof T, string>, ...Extract<keyof T, string>[]])
}

const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-](\d{2}):(\d{2}))$/

/**
 * A date with time and offset as Wallet parses it: "complete date plus hours and minutes", seconds
 * optional, the zone as `Z` or `+01:00` (https://www.w3.org/TR/NOTE-datetime).
 */
export const Instant = z.string().refine(isInstant, {
  error: 'must be a date with time and offset, such as 2027-06-05T19:30:00+02:00',
})

/** Checks that a text is a date in that format and exists; the 30th of February does not. */
export function isInstant(value: string): boolean {
  const match = instantPattern.exec(value)
  if (!match) return false
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const dayExists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return dayExists && hour < 24 && minute < 60 && second < 60 && zoneHour < 15 && zoneMinute < 60
}

/**
 * Adds the label, help and sample of a field in `fields.ts` to a schema, for the documentation.
 * The path is a property of the request, or `locations.latitude` for a field inside a list.
 */
export function describeField<T extends z.ZodType>(path: string, schema: T): T {
  const { label, help, sample } = getField(path)
  return schema.meta({ ...schema.meta(), title: label, description: help, examples: [sample] })
}

function getField(path: string): Field | ItemField {
  const [property = '', key] = path.split('.')
  const field = findField(property)
  const found = key === undefined ? field : field?.items?.find((item) => item.key === key)
  if (!found) throw new Error(`fields.ts has no row for ${path}`)
  return found
}
