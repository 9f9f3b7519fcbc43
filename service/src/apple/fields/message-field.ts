import type { PassSpec } from '@passwright/shared/schema'
import { reserveKey } from './field-keys.ts'

/** The latest message to the holder of a pass. */
export interface PassMessage {
  /** Null before the first one. */
  text: string | null
  /** How many there were. */
  number: number
}

const labels = { en: 'Latest message', de: 'Letzte Nachricht' } as const

/**
 * Builds the field that carries messages. Wallet shows its new value when the value changes, so it is
 * there before the first message, and the same text again has to be another value.
 * https://developer.apple.com/documentation/walletpasses/passfieldcontent
 */
export function buildMessageField(
  { text, number }: PassMessage,
  { locale = 'en' }: Pick<PassSpec, 'locale'>,
  taken: Set<string>,
): Record<string, string> {
  return {
    key: reserveKey('passwright-message', taken),
    label: labels[locale],
    // Wallet takes no empty value for a field with a change message.
    value: text === null ? ' ' : text + toInvisible(number - 1),
    changeMessage: '%@',
  }
}

/** Characters without width, for 0 and 1. */
const invisible = ['\u200b', '\u2060'] as const

/** Writes a number so that nobody sees it; nothing for 0. */
function toInvisible(number: number): string {
  const digits = number > 0 ? number.toString(2) : ''
  return [...digits].map((digit) => invisible[Number(digit) === 0 ? 0 : 1]).join('')
}
