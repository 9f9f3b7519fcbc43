import { placeholdersIn } from '@passwright/shared/schema'
import { findClosestMatch } from '../../text/closest-match.ts'
import { type EmailMessages, type MessageKey, messagePlaceholders } from './messages.ts'

const keys = Object.keys(messagePlaceholders)

// The words of a letter, filled in with the longest names, must leave room for the caller's message.
const LONGEST_WORD = 600
const MOST_PLACEHOLDERS = 8

/** Reads an operator's words; tells every mistake and leaves the word in question out. */
export function readMessages(
  bytes: Uint8Array,
  told: (mistake: string) => void,
): Partial<EmailMessages> {
  const found = jsonOf(bytes, told)
  if (found === undefined) return {}
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    told('must hold one object of texts, such as {"greeting": "Hello {{name}},"}')
    return {}
  }
  const words: [MessageKey, string][] = []
  for (const [key, word] of Object.entries(found)) {
    const mistakes = mistakesOf(key, word)
    for (const mistake of mistakes) told(`has a "${key}" that ${mistake}`)
    if (mistakes.length === 0 && isWordKey(key) && typeof word === 'string') words.push([key, word])
  }
  return Object.fromEntries(words)
}

function jsonOf(bytes: Uint8Array, told: (mistake: string) => void): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    told('is not UTF-8; save it in that encoding')
    return undefined
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    told(`is no JSON: ${jsonMistake(text, error instanceof Error ? error.message : '')}`)
    return undefined
  }
}

/** Node tells the place in its message, but not where the text ends too early. */
function jsonMistake(text: string, message: string): string {
  const at = /at position (\d+)/.exec(message)?.[1]
  const line = text.slice(0, at === undefined ? undefined : Number(at)).split('\n').length
  const what = message.replace(/,? ?(?:in JSON )?at position.*$/, '').replace(/ in JSON$/, '')
  return /^Unexpected end/.test(message)
    ? `it ends too early, in line ${line}; close what is open`
    : `${what || 'it cannot be read'}, in line ${line}; mend that line`
}

function mistakesOf(key: string, word: unknown): string[] {
  if (!isWordKey(key)) {
    const meant = findClosestMatch(key, keys)
    return [
      meant
        ? `is not known; it is probably called "${meant}"`
        : `is not known; the texts are called ${keys.join(', ')}`,
    ]
  }
  if (typeof word !== 'string') return ['is no text; write it in quotes']
  if (word.trim() === '') return ['is empty; write a text, or leave it out for the built-in one']
  return [
    ...([...word].length > LONGEST_WORD
      ? [`has more than ${LONGEST_WORD} characters; make it shorter`]
      : []),
    ...placeholderMistakes(key, word),
  ]
}

function placeholderMistakes(key: MessageKey, word: string): string[] {
  const allowed: readonly string[] = messagePlaceholders[key]
  const used = placeholdersIn(word)
  const unknown = [...new Set(used)].filter((name) => !allowed.includes(name))
  const fix =
    allowed.length === 0
      ? 'nothing can be filled in there'
      : `only ${allowed.map((name) => `{{${name}}}`).join(', ')} can be filled in there`
  const loose = /\{\{|\}\}/.test(word.replace(/\{\{[\s\S]*?\}\}/g, ''))
  return [
    ...(used.length > MOST_PLACEHOLDERS
      ? [`has more than ${MOST_PLACEHOLDERS} placeholders; take some out`]
      : []),
    ...unknown.map((name) => `uses {{${name}}}; ${fix}`),
    ...(loose ? [`opens or closes {{…}} without the other half; ${fix}`] : []),
  ]
}

function isWordKey(key: string): key is MessageKey {
  return keys.includes(key)
}
