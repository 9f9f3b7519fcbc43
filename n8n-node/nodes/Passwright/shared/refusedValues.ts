import type { TransportRequest } from '../portable/api/client'
import type { Issue } from '../portable/api/problem'
import { isObject } from '../portable/forms/assemble'
import { isEmpty, trimBlanks } from '../portable/forms/blanks'

const maxLength = 60

/** Adds to each issue of an error response the value that was refused, unless its message has it already. */
export function addRefusedValues(json: unknown, request: TransportRequest): unknown {
  if (!isObject(json) || !Array.isArray(json.issues)) return json
  const sent = parseSent(request)
  const issues = (json.issues as Issue[]).map(({ path, message }) => {
    const value = toShortText(findValue(sent, path))
    const isKnown = value === undefined || message.includes(`"${value}"`)
    return { path, message: isKnown ? message : `${message} (value: "${value}")` }
  })
  return { ...json, issues }
}

function parseSent({ body, path }: TransportRequest): unknown {
  if (body !== undefined) return JSON.parse(body)
  return Object.fromEntries(new URLSearchParams(path.split('?')[1] ?? ''))
}

/** Finds the value at a path such as `locations[0].latitude`. */
function findValue(sent: unknown, path: string): unknown {
  if (isObject(sent) && path in sent) return sent[path]
  let value: unknown = sent
  for (const [key] of path.matchAll(/[^.[\]]+/g)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

function toShortText(value: unknown): string | undefined {
  if (isEmpty(value) || typeof value === 'object') return undefined
  const text = trimBlanks(String(value))
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}
