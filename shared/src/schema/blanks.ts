/** Blanks, line ends, and the characters without width that come along when a text is copied. */
const blank = /^[\s\u200b-\u200f\u2060\ufeff]$/

/** Removes blanks at both ends of a text, including those that cannot be seen. */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && blank.test(text.charAt(start))) start += 1
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
