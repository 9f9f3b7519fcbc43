/** Invisible marks that change the text direction, which can make a text look like another. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const lineBreaks = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g

/** The text in one line: no line breaks, control characters or direction marks. */
export function toSingleLine(text: string): string {
  return text
    .toWellFormed()
    .replace(directionMarks, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
}

/** The text with `\n` as its only line break, tabs as spaces and no other control characters. */
export function toMultiLine(text: string): string {
  return text
    .toWellFormed()
    .replace(lineBreaks, '\n')
    .replaceAll('\t', ' ')
    .replace(/[^\P{Cc}\n]/gu, '')
    .trim()
}

/** The text, cut to `maxCharacters` (code points) with … at the end when it is longer. */
export function truncate(text: string, maxCharacters: number): string {
  // A text never has more code points than UTF-16 units, so most need not be split.
  if (text.length <= maxCharacters) return text
  const characters = [...text]
  if (characters.length <= maxCharacters) return text
  return `${characters
    .slice(0, maxCharacters - 1)
    .join('')
    .trimEnd()}…`
}
