import { z } from 'zod'

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/
const instantPattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-](\d{2}):(\d{2}))$/

/** An instant as messages show it. */
export const instantSample = '2027-06-05T19:30:00+02:00'

/**
 * A date with time and offset as Wallet parses it: "complete date plus hours and minutes", seconds
 * optional, the zone as `Z` or `+01:00` (https://www.w3.org/TR/NOTE-datetime).
 */
export const Instant = z.string().refine(isInstant, {
  error: `must be a date with time and offset, such as ${instantSample}`,
})

/** The date on which a pass expires: an instant, or a day, which becomes the last second of that day in UTC. */
export const ExpirationDate = z
  .string()
  .refine(isDate, {
    error: `must be a day such as 2027-03-05, or a date with time and offset such as ${instantSample}`,
  })
  .overwrite((value) => (isDay(value) ? `${value}T23:59:59Z` : value))

/** Checks that a text is a date, with or without a time. */
export function isDate(value: string): boolean {
  return isDay(value) || isInstant(value)
}

/** Checks that a text is a date with time and offset and exists; the 30th of February does not. */
export function isInstant(value: string): boolean {
  const [, day = '', ...times] = instantPattern.exec(value) ?? []
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = times.map((digits) =>
    Number(digits ?? 0),
  )
  return isDay(day) && hour < 24 && minute < 60 && second < 60 && zoneHour < 15 && zoneMinute < 60
}

/** Checks that a text is a day alone, such as `1990-05-17`, and exists. */
export function isDay(value: string): boolean {
  const [, ...digits] = dayPattern.exec(value) ?? []
  const [year = 0, month = 0, day = 0] = digits.map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return digits.length > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
