// A copy of shared/src/portable/forms/read-date.ts, made by "npm run sync": change it there.

import { trimBlanks } from './blanks'

/** A date that was read: a day alone, or an instant with the offset of its time zone. */
export type ReadDate = { day: string } | { instant: string }

const datePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Reads a date: ISO 8601 with or without an offset, a day alone, or a date object of the platform
 * (`Date`, Luxon's `DateTime`). A time without an offset is one of the time zone (IANA, such as
 * `Europe/Vienna`). Undefined for everything else: `05/03/2027` is a day in May to some and in March to others.
 */
export function readDate(value: unknown, timeZone: string): ReadDate | undefined {
  const text = toIsoText(value)
  const match = text === undefined ? null : datePattern.exec(text)
  if (!match) return undefined
  const [, year = '', month = '', day = '', hour, minute = '', second = '00', offset] = match
  const date = `${year}-${month}-${day}`
  if (!dayExists(Number(year), Number(month), Number(day))) return undefined
  if (hour === undefined) return { day: date }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const time = `${date}T${hour}:${minute}:${second}`
  if (offset === undefined) return { instant: time + findOffset(time, timeZone) }
  const written = /^([+-]\d{2}):?(\d{2})?$/.exec(offset)
  return { instant: time + (written ? `${written[1]}:${written[2] ?? '00'}` : 'Z') }
}

/** The last second of a day in a time zone, as an instant with its offset. */
export function toEndOfDay(day: string, timeZone: string): string {
  const time = `${day}T23:59:59`
  return time + findOffset(time, timeZone)
}

/** The first second of a day in a time zone, as an instant with its offset. */
export function toStartOfDay(day: string, timeZone: string): string {
  const time = `${day}T00:00:00`
  return time + findOffset(time, timeZone)
}

/** Date objects write themselves: `Date` in UTC, Luxon's `DateTime` with its offset. */
function toIsoText(value: unknown): string | undefined {
  if (typeof value === 'string') return trimBlanks(value)
  if (typeof value !== 'object' || value === null) return undefined
  const { toISO, toISOString } = value as { toISO?: unknown; toISOString?: unknown }
  const write = [toISO, toISOString].find((method) => typeof method === 'function')
  if (typeof write !== 'function') return undefined
  try {
    const text: unknown = write.call(value)
    return typeof text === 'string' ? text : undefined
  } catch {
    // An invalid Date throws.
    return undefined
  }
}

function dayExists(year: number, month: number, day: number): boolean {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/**
 * The offset of a local time in a time zone, such as `+02:00`. Of a time that comes twice when clocks are
 * set back, the first one; one that clocks skip is read with the offset before.
 */
function findOffset(time: string, timeZone: string): string {
  const asUtc = Date.parse(`${time}Z`)
  const candidates = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => getOffsetMs(near, timeZone))
  const exact = candidates.find((offset) => getOffsetMs(asUtc - offset, timeZone) === offset)
  return formatOffset(exact ?? candidates[0] ?? 0)
}

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60 * 1000

/** How far a time zone is ahead of UTC at an instant, in milliseconds. */
function getOffsetMs(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant)
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  )
  return Math.round((local - instant) / MINUTE_MS) * MINUTE_MS
}

function formatOffset(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / MINUTE_MS
  const pad = (number: number) => String(number).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}
