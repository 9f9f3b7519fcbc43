import { isDay, type PassSpec } from '@passwright/shared/schema'

/** When a pass expires; what stands under `apple` counts last, as in pass.json. */
export function findExpirationDate({
  expirationDate,
  apple,
}: Pick<PassSpec, 'expirationDate' | 'apple'>): string | undefined {
  const own = apple?.expirationDate
  return typeof own === 'string' ? own : expirationDate
}

/** A date as pass.json writes it: with the offset it was given, without fractions of a second. */
export function toPassDate(instant: string): string {
  return instant.replace(/\.\d+(?=Z|[+-]\d\d:\d\d$)/, '')
}

/**
 * The value of a field that Wallet shows as a date. Wallet reads only complete dates, so a day alone
 * becomes the noon of that day in UTC and is shown as such: it stays that day in every time zone, also
 * on phones and in programs that convert it nevertheless.
 */
export function toDateValue(value: string): { value: string; ignoresTimeZone?: true } {
  return isDay(value)
    ? { value: `${value}T12:00:00Z`, ignoresTimeZone: true }
    : { value: toPassDate(value) }
}
