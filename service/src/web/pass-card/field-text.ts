import type { Locale } from '@passwright/shared/schema'

/** What of a field says how its value is written. */
export interface FieldValue {
  value: string | number
  dateStyle?: string | undefined
  timeStyle?: string | undefined
  isRelative?: boolean | undefined
  numberStyle?: string | undefined
  currencyCode?: string | undefined
}

/** For whom values are written, and when. */
export interface Viewer {
  locale: Locale
  now: Date
}

/** Writes a field's value as its styles say; what they do not fit stays as it was given. */
export function formatFieldValue(field: FieldValue, reader: Viewer): string {
  const { value } = field
  return typeof value === 'number'
    ? numberText(value, field, reader)
    : (dateText(value, field, reader) ?? value)
}

/** A link's own words: Wallet knows no other tag (PassFieldContent.attributedValue). */
export function stripTags(markup: string): string {
  return markup
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, decoded)
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

function decoded(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return entities[name.toLowerCase()] ?? whole
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole
}

const numberStyles: Record<string, Intl.NumberFormatOptions> = {
  PKNumberStyleDecimal: {},
  PKNumberStylePercent: { style: 'percent' },
  PKNumberStyleScientific: { notation: 'scientific', maximumFractionDigits: 15 },
  // Intl cannot spell a number out.
  PKNumberStyleSpellOut: {},
}

function numberText(value: number, field: FieldValue, { locale }: Viewer): string {
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

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))$/

/** A date in the offset that it was given with, since nobody knows the zone of the phone. */
function dateText(value: string, field: FieldValue, { locale, now }: Viewer): string | undefined {
  const dateStyle = dateStyles[field.dateStyle ?? '']
  const timeStyle = dateStyles[field.timeStyle ?? '']
  const match = instant.exec(value)
  const date = new Date(value)
  if (!match || Number.isNaN(date.getTime()) || !(dateStyle || timeStyle)) return undefined

  const [, sign, hours, minutes] = match
  const timeZone = sign === undefined ? 'UTC' : `${sign}${hours}:${minutes}`
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(date)

  if (field.isRelative && dateStyle) {
    const offset = Number(`${sign ?? '+'}1`) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
    const day = dayWord(dayOf(date, offset) - dayOf(now, offset), locale)
    if (day !== undefined) return timeStyle ? `${day}, ${format({ timeStyle })}` : day
  }
  return format({ ...(dateStyle && { dateStyle }), ...(timeStyle && { timeStyle }) })
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

function dayOf(date: Date, offset: number): number {
  return Math.floor((date.getTime() / MINUTE_MS + offset) / DAY_MINUTES)
}

/** Today, Tomorrow, Übermorgen: the days for which a language has a word; others have their date. */
function dayWord(days: number, locale: Locale): string | undefined {
  const parts = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).formatToParts(days, 'day')
  const [word] = parts
  if (parts.length > 1 || word === undefined) return undefined
  return word.value.slice(0, 1).toLocaleUpperCase(locale) + word.value.slice(1)
}
