// A copy of shared/src/portable/forms/read-number.ts, made by "npm run sync": change it there.

import { trimBlanks } from './blanks'

/** Signs and codes of currencies, and blanks, at either end of an amount. */
const currency = /^(?:\p{Sc}|[A-Z]{3}(?![A-Za-z]))?\s*|\s*(?:\p{Sc}|(?<![A-Za-z])[A-Z]{3})?$/gu

/** Groups of three digits, separated by the same character. */
const grouped = /^[+-]?\d{1,3}(?:([.,'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/

/**
 * Reads a number as people write it: `48.5`, `48,5`, `1.234,56`, `1'234.56`, `€ 48.50`. Undefined when
 * it is no number, or may be one of two: `1,234` is a thousand to some and a little more than one to others.
 */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const text = trimBlanks(trimBlanks(value).replace(currency, '')).replace(/^\u2212/, '-')
  const plain = toPlainNumber(text)
  return plain === undefined ? undefined : Number(plain)
}

/** Writes a number the way JavaScript reads it. */
function toPlainNumber(text: string): string | undefined {
  if (/^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,2})?$/i.test(text)) return text
  const [, separator] = grouped.exec(text) ?? []
  if (separator !== undefined) {
    const isAmbiguous = separator === ',' && /^[+-]?\d{1,3},\d{3}$/.test(text)
    return isAmbiguous ? undefined : text.split(separator).join('').replace(',', '.')
  }
  return /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : undefined
}
