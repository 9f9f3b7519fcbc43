import { escapeXml } from '../../text/html.ts'
import { truncate } from '../../text/plain-text.ts'
import type { CardField } from './card.ts'
import type { CardMessages } from './messages.ts'

/** More never fits on the front; the whole text may have a million. */
const MAX_CHARACTERS = 200

/** Renders fields of the front side by side as a list of names and values; empty if there are none. */
export function renderFieldList(
  fields: readonly CardField[],
  className: string,
  { unnamed }: CardMessages,
): string {
  if (fields.length === 0) return ''
  const items = fields.map(({ label, value, alignment }) => {
    const aligned = alignment === undefined ? '' : ` class="pc-${alignment}"`
    const term =
      label.trim() === ''
        ? `<dt class="pc-unnamed">${unnamed}</dt>`
        : `<dt dir="auto">${escapeLine(label)}</dt>`
    return `<div${aligned}>${term}<dd dir="auto">${escapeLine(value)}</dd></div>`
  })
  return `<dl class="${className}">${items.join('')}</dl>`
}

/** Escapes a text that is shown on one line. */
export function escapeLine(text: string): string {
  return escapeXml(truncate(text, MAX_CHARACTERS))
}

/** Wallet writes a text smaller that does not fit: the class for one of this many columns. */
export function nameSizeClass(text: string, [normal, long]: readonly [number, number]): string {
  const columns = countColumns(text)
  if (columns <= normal) return ''
  return columns <= long ? ' pc-long' : ' pc-longer'
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uff01-\uff60]/u
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The length of a text in narrow letters: those of East Asia and emoji take two. */
function countColumns(text: string): number {
  const segments = [...letters.segment(truncate(text, MAX_CHARACTERS))]
  return segments.reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0)
}
