import { z } from 'zod'

/** A text of at most so many characters, counted in code points as people count them. */
export function text(max: number) {
  return z
    .string()
    .refine((value) => characters(value) <= max, { error: `must be ${max} characters or less` })
    .meta({ maxLength: max })
}

/** The same, and not blank. */
export function filledText(max: number) {
  return text(max)
    .refine((value) => value.trim() !== '', { error: 'must not be blank' })
    .meta({ maxLength: max, minLength: 1 })
}

function characters(value: string): number {
  // A text cannot have more code points than UTF-16 units: long ones need no count of every one.
  return value.length > 1_000_000 ? value.length : [...value].length
}

const hexColor = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i

/** `#rgb` or `#rrggbb`. */
export const Color = z
  .string()
  .regex(hexColor, { error: 'must be a color such as #1e40af or #14a' })

const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-](\d{2}):(\d{2}))$/

/**
 * A date with time and offset as Wallet reads it: "complete date plus hours and minutes", seconds
 * optional, the zone as `Z` or `+01:00` (https://www.w3.org/TR/NOTE-datetime).
 */
export const Instant = z.string().refine(isInstant, {
  error: 'must be a date with time and offset, such as 2027-06-05T19:30:00+02:00',
})

/** Tells whether a text is a real moment in that form; the 30th of February is not. */
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
  const realDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return realDay && hour < 24 && minute < 60 && second < 60 && zoneHour < 15 && zoneMinute < 60
}
