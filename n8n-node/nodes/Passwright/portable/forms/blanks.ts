// A copy of shared/src/portable/forms/blanks.ts, made by "npm run sync": change it there.

/** Blanks, line ends, and the characters without width that come along when a text is copied. */
const blank = /^[\s\u200b-\u200f\u2060\ufeff]$/

/** Removes blanks at both ends of a text, including those that cannot be seen. */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && blank.test(text.charAt(start))) start += 1
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/**
 * Checks that a form or a column says nothing: `null`, a blank text, an empty list, or a list or
 * an object that holds only such values. `false` and 0 say something.
 */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return trimBlanks(value) === ''
  if (Array.isArray(value)) return value.every(isEmpty)
  return isPlainObject(value) && Object.values(value).every(isEmpty)
}

/** A date of a platform is an object too, but none that holds form values. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
