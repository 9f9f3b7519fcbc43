import { formatNumber, isInputKey, isPlaceholder as isOfEmail } from '@passwright/shared/schema'

/** Where a value stands in a body: the keys of objects and the positions of lists. */
export type Path = readonly (string | number)[]

const pattern = /\{\{([^{}]*)\}\}/g
const whole = /^\{\{([^{}]*)\}\}$/

/** Reads the key of a placeholder that is a whole text; undefined for any other text. */
export function readWholePlaceholder(text: string, path: Path): string | undefined {
  const key = whole.exec(text)?.[1]?.trim()
  return key === undefined || isKept(key, path) ? undefined : key
}

/** Lists the keys of the placeholders in a text, also those that can be no key. */
export function listPlaceholders(text: string, path: Path): string[] {
  const keys = [...text.matchAll(pattern)].map(([, key = '']) => key.trim())
  return keys.filter((key) => !isKept(key, path))
}

/** Replaces the placeholders in a text, each by what `toText` makes of its key. */
export function replacePlaceholders(
  text: string,
  path: Path,
  toText: (key: string) => string,
): string {
  return text.replace(pattern, (placeholder, between: string) => {
    const key = between.trim()
    return isKept(key, path) ? placeholder : toText(key)
  })
}

/** Whether a text has a placeholder, as a property's name must not. */
export function hasPlaceholder(text: string): boolean {
  return text.match(pattern) !== null
}

/** Whether a key can be that of an input. */
export const isKey = isInputKey

/** The texts of an email are filled in when it is sent, by placeholders of its own. */
function isKept(key: string, path: Path): boolean {
  return isEmailText(path) && isOfEmail(key)
}

/** Whether a text is one of the email's that placeholders of its own are in. */
export function isEmailText([field, name]: Path): boolean {
  return field === 'email' && (name === 'subject' || name === 'message')
}

/** Writes a value as text. */
export function toText(value: string | number): string {
  return typeof value === 'number' ? formatNumber(value) : value
}
