import type { Locale } from '@passwright/shared/schema'

/** A field's value and the properties that say how to format it. */
export interface FieldValue {
  value: string | number
  dateStyle?: string | undefined
  timeStyle?: string | undefined
  isRelative?: boolean | undefined
  numberStyle?: string | undefined
  currencyCode?: string | undefined
}

/** Whose language values are formatted in, and the current time for relative dates. */
export interface Viewer {
  locale: Locale
  now: Date
}

/** Formats a field's value by its styles; a value that they do not apply to stays unchanged. */
export function formatFieldValue(field: FieldValue, viewer: Viewer): string {
  const { value } = field
  return typeof value === 'number'
    ? formatNumber(value, field, viewer)
    : (formatDate(value, field, viewer) ?? value)
}

/** Removes tags and decodes entities: a link becomes its text (PassFieldContent.attributedValue). */
export function stripTags(markup: string): string {
  return markup
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, decodeEntity)
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

function decodeEntity(entity: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return entities[name.toLowerCase()] ?? entity
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity
}

const numberStyles: Record<string, Intl.NumberFormatOptions> = {
  PKNumberStyleDecimal: {},
  PKNumberStylePercent: { style: 'percent' },
  PKNumberStyleScientific: { notation: 'scientific', maximumFractionDigits: 15 },
  // Intl cannot spell a number out.
  PKNumberStyleSpellOut: {},
}

function formatNumber(value: number, field: FieldValue, { locale }: Viewer): string {
  const { currencyCode, numberStyle = '' } = field
  const options =
    currencyCode !== undefined && /^[a-z]{3}$/i.test(currencyCode)
      ? { style: 'currency' as const, currency: currencyCode }
      : numberStyles[numberStyle]
  return options === undefined
    ? String(value)
    : new Intl.NumberFormat(locale, options).format(value)
}

const dateStyles: Record<string, 'short' | 'medium' | 'long' | 'full'> = {
  PKDateStyleShort: 'short',
  PKDateStyleMedium: 'medium',
  PKDateStyleLong: 'long',
  PKDateStyleFull: 'full',
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))$/

/** Formats a date in the UTC offset of its text, because the time zone of the phone is unknown. */
function formatDate(value: string, field: FieldValue, { locale, now }: Viewer): string | undefined {
  const dateStyle = dateStyles[field.dateStyle ?? '']
  const timeStyle = dateStyles[field.timeStyle ?? '']
  const match = instantPattern.exec(value)
  const date = new Date(value)
  if (!match || Number.isNaN(date.getTime()) || !(dateStyle || timeStyle)) return undefined

  const [, sign, hours, minutes] = match
  const timeZone = sign === undefined ? 'UTC' : `${sign}${hours}:${minutes}`
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(date)

  if (field.isRelative && dateStyle) {
    const offsetMinutes =
      Number(`${sign ?? '+'}1`) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
    const days = getDayNumber(date, offsetMinutes) - getDayNumber(now, offsetMinutes)
    const day = findRelativeDayName(days, locale)
    if (day !== undefined) return timeStyle ? `${day}, ${format({ timeStyle })}` : day
  }
  return format({ ...(dateStyle && { dateStyle }), ...(timeStyle && { timeStyle }) })
}

const MINUTE_MS = 60_000
const MINUTES_PER_DAY = 24 * 60

function getDayNumber(date: Date, offsetMinutes: number): number {
  return Math.floor((date.getTime() / MINUTE_MS + offsetMinutes) / MINUTES_PER_DAY)
}

/** Returns Today, Tomorrow, Übermorgen; undefined for days that the language has no word for. */
function findRelativeDayName(days: number, locale: Locale): string | undefined {
  const parts = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).formatToParts(days, 'day')
  const [word] = parts
  if (parts.length > 1 || word === undefined) return undefined
  return word.value.slice(0, 1).toLocaleUpperCase(locale) + word.value.slice(1)
}
