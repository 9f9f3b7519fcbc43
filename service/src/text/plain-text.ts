/** Marks that turn the direction of what follows: with them a text can look like another. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const lineBreaks = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g

/** A text for a place that has one line: no breaks, no control characters, no direction marks. */
export function toSingleLine(text: string): string {
  return text
    .toWellFormed()
    .replace(directionMarks, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
}

/** A text of several lines: every break is `\n`, no other control characters but tabs as spaces. */
export function toMultiLine(text: string): string {
  return text
    .toWellFormed()
    .replace(lineBreaks, '\n')
    .replaceAll('\t', ' ')
    .replace(/[^\P{Cc}\n]/gu, '')
    .trim()
}

/** The first so many characters, with … where something was cut off. */
export function truncate(text: string, most: number): string {
  // No text has more code points than UTF-16 units: most are never taken apart.
  if (text.length <= most) return text
  const characters = [...text]
  if (characters.length <= most) return text
  return `${characters
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`
}
