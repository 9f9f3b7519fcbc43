import { findPlaceholders } from '@passwright/shared/schema'
import { findClosestMatch } from '../../text/closest-match.ts'
import { type EmailMessages, type MessageKey, messagePlaceholders } from './messages.ts'
import type { ReportError } from './theme-badge.ts'

const keys = Object.keys(messagePlaceholders)

// The texts of an email, filled in with the longest names, must leave space for the caller's message.
const MAX_MESSAGE_CHARACTERS = 600
const MAX_PLACEHOLDERS = 8

/** Parses an operator's texts; reports every error and leaves the texts with errors out. */
export function parseMessages(bytes: Uint8Array, reportError: ReportError): Partial<EmailMessages> {
  const parsed = parseJson(bytes, reportError)
  if (parsed === undefined) return {}
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    reportError('must be one object of texts, such as {"greeting": "Hello {{name}},"}')
    return {}
  }
  const messages: [MessageKey, string][] = []
  for (const [key, message] of Object.entries(parsed)) {
    const errors = findErrors(key, message)
    for (const error of errors) reportError(`has a "${key}" that ${error}`)
    if (errors.length === 0 && isMessageKey(key) && typeof message === 'string') {
      messages.push([key, message])
    }
  }
  return Object.fromEntries(messages)
}

function parseJson(bytes: Uint8Array, reportError: ReportError): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    reportError('is not UTF-8; save it in that encoding')
    return undefined
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    reportError(`is not valid JSON: ${describeJsonError(text, message)}`)
    return undefined
  }
}

/** Node's message has a position, except if the text ends too early. */
function describeJsonError(text: string, message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1]
  const line = text
    .slice(0, position === undefined ? undefined : Number(position))
    .split('\n').length
  const reason = message.replace(/,? ?(?:in JSON )?at position.*$/, '').replace(/ in JSON$/, '')
  return /^Unexpected end/.test(message)
    ? `it ends too early, in line ${line}; close what is open`
    : `${reason || 'it cannot be parsed'}, in line ${line}; fix that line`
}

function findErrors(key: string, message: unknown): string[] {
  if (!isMessageKey(key)) {
    const suggestion = findClosestMatch(key, keys)
    return [
      suggestion
        ? `is unknown; did you mean "${suggestion}"?`
        : `is unknown; the keys are ${keys.join(', ')}`,
    ]
  }
  if (typeof message !== 'string') return ['is not a text; write it in quotes']
  if (message.trim() === '') {
    return ['is empty; write a text, or remove it to use the built-in one']
  }
  return [
    ...([...message].length > MAX_MESSAGE_CHARACTERS
      ? [`has more than ${MAX_MESSAGE_CHARACTERS} characters; make it shorter`]
      : []),
    ...findPlaceholderErrors(key, message),
  ]
}

function findPlaceholderErrors(key: MessageKey, message: string): string[] {
  const allowed: readonly string[] = messagePlaceholders[key]
  const used = findPlaceholders(message)
  const unknown = [...new Set(used)].filter((name) => !allowed.includes(name))
  const fix =
    allowed.length === 0
      ? 'this text has no placeholders'
      : `use only ${allowed.map((name) => `{{${name}}}`).join(', ')} there`
  const isUnbalanced = /\{\{|\}\}/.test(message.replace(/\{\{[\s\S]*?\}\}/g, ''))
  return [
    ...(used.length > MAX_PLACEHOLDERS
      ? [`has more than ${MAX_PLACEHOLDERS} placeholders; remove some`]
      : []),
    ...unknown.map((name) => `uses {{${name}}}; ${fix}`),
    ...(isUnbalanced ? [`has {{ without }} or the reverse; ${fix}`] : []),
  ]
}

function isMessageKey(key: string): key is MessageKey {
  return keys.includes(key)
}
