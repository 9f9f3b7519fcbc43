import type { Issue } from '@passwright/shared'
import { pathOf } from '@passwright/shared/schema'

/** Deeper than any pass; far less than what recursive readers can stand. */
const MAX_DEPTH = 32

/** More than any pass holds; whoever sends more would have us judge them one by one. */
const MAX_VALUES = 20_000

/** How many bad places are named at most. */
const MAX_ISSUES = 20

/** Says why a value is too deep or holds too much to be looked at in every part. */
export function findExtentIssue(value: unknown): Issue | undefined {
  let values = 0
  const look = (inner: unknown, path: PropertyKey[]): Issue | undefined => {
    if (typeof inner !== 'object' || inner === null) return undefined
    if (path.length >= MAX_DEPTH) {
      return {
        path: pathOf(path.slice(0, 3)),
        message: `is nested deeper than ${MAX_DEPTH} levels`,
      }
    }
    const keys = Object.keys(inner)
    values += keys.length
    if (values > MAX_VALUES) return { path: '', message: `must hold ${MAX_VALUES} values or less` }
    for (const key of keys) {
      const name = Array.isArray(inner) ? Number(key) : toSafeName(key)
      const trouble = look(Reflect.get(inner, key), [...path, name])
      if (trouble) return trouble
    }
    return undefined
  }
  return look(value, [])
}

/** Finds what JSON and addresses allow but databases, phones or our own code do not stand. */
export function findValueIssues(value: unknown): Issue[] {
  const issues: Issue[] = []
  inspect(value, [], issues)
  return issues
}

function inspect(value: unknown, path: PropertyKey[], issues: Issue[]): void {
  if (issues.length >= MAX_ISSUES) return
  const report = (message: string) => issues.push({ path: pathOf(path), message })
  if (typeof value === 'string') {
    const message = checkText(value)
    if (message) report(message)
  } else if (typeof value === 'number') {
    const message = checkNumber(value)
    if (message) report(message)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const message = Array.isArray(value) ? undefined : checkKey(key)
      if (message) issues.push({ path: pathOf([...path, toSafeName(key)]), message })
      else inspect(inner, [...path, Array.isArray(value) ? Number(key) : key], issues)
    }
  }
}

function checkText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not hold the character NUL (\\u0000)'
  return text.isWellFormed()
    ? undefined
    : 'must not hold half of a surrogate pair (\\ud800 to \\udfff)'
}

function checkNumber(number: number): string | undefined {
  if (!Number.isFinite(number)) return 'is a number too large to be kept'
  const inexact = Number.isInteger(number) && !Number.isSafeInteger(number)
  return inexact ? 'has more digits than a number can keep; send it as a text' : undefined
}

function checkKey(key: string): string | undefined {
  // Also as `metadata[__proto__]` in a query.
  if (/(?:^|\[)__proto__\]?$/.test(key)) return 'is not a known field; leave it out'
  return checkText(key)
}

/** A key as it may stand in an answer. */
export function toSafeName(key: string): string {
  return key.toWellFormed().replaceAll('\u0000', '')
}
