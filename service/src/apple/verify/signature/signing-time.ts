import type { BerValue } from '../../certificates/file-contents/ber.ts'

/** An instant as UTCTime or GeneralizedTime; undefined for another value. */
export function readTime({ tag, content }: BerValue): Date | undefined {
  const [, years = '', ...rest] =
    /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(content.toString('latin1')) ??
    []
  const isTime = (tag === 0x17 && years.length === 2) || (tag === 0x18 && years.length === 4)
  if (!isTime) return undefined
  // Two digits are 1950 to 2049 (RFC 5280, 4.1.2.5.1).
  const year =
    years.length === 4 ? Number(years) : Number(years) + (Number(years) < 50 ? 2000 : 1900)
  const [month = '', day = '', hour = '', minute = '', second = ''] = rest
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
