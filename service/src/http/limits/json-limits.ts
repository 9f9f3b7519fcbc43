import type { Issue } from '@passwright/shared'
import { formatPath } from '@passwright/shared/schema'

/** Deeper than any pass, and far less than what exhausts the stack of a recursive reader. */
const MAX_DEPTH = 32

/** More than any pass holds; each of them costs time to check. */
const MAX_VALUES = 20_000

/** The most issues that one value is checked for. */
const MAX_ISSUES = 20

/** Returns an issue when a value is nested too deep or holds too many values to be checked. */
export function findExtentIssue(value: unknown): Issue | undefined {
  if (countValues(value, 0) <= MAX_VALUES) return undefined
  let values = 0
  const visit = (inner: unknown, path: PropertyKey[]): Issue | undefined => {
    if (typeof inner !== 'object' || inner === null) return undefined
    if (path.length >= MAX_DEPTH) {
      return {
        path: formatPath(path.slice(0, 3)),
        message: `is nested deeper than ${MAX_DEPTH} levels`,
      }
    }
    values += Array.isArray(inner) ? inner.length : Object.keys(inner).length
    if (values > MAX_VALUES) return { path: '', message: `must hold ${MAX_VALUES} values or less` }
    for (const key of Object.keys(inner)) {
      const name = Array.isArray(inner) ? Number(key) : toSafeName(key)
      const issue = visit(Reflect.get(inner, key), [...path, name])
      if (issue) return issue
    }
    return undefined
  }
  return visit(value, [])
}

/** The number of values inside a value; infinite when it is nested too deep. */
function countValues(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= MAX_DEPTH) return Infinity
  const inner: unknown[] = Array.isArray(value) ? value : Object.values(value)
  return inner.reduce<number>((sum, one) => sum + countValues(one, depth + 1), inner.length)
}

/** Finds values that JSON and URLs allow but databases and phones do not: NUL, half surrogates, inexact numbers. */
export function findValueIssues(value: unknown): Issue[] {
  if (isKeepable(value)) return []
  const issues: Issue[] = []
  inspect(value, [], issues)
  return issues
}

/** Whether nothing in it is to be reported: of almost all bodies, so that no path is built for each value. */
function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return checkText(value) === undefined
  if (typeof value === 'number') return checkNumber(value) === undefined
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isKeepable)
  return Object.entries(value).every(([key, inner]) => !checkKey(key) && isKeepable(inner))
}

function inspect(value: unknown, path: PropertyKey[], issues: Issue[]): void {
  const report = (message: string) => issues.push({ path: formatPath(path), message })
  if (typeof value === 'string') {
    const message = checkText(hasBytes(value, path) ? value.replaceAll('\u0000', '') : value)
    if (message) report(message)
  } else if (typeof value === 'number') {
    const message = checkNumber(value)
    if (message) report(message)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (issues.length >= MAX_ISSUES) return
      const message = Array.isArray(value) ? undefined : checkKey(key)
      if (message) issues.push({ path: formatPath([...path, toSafeName(key)]), message })
      else inspect(inner, [...path, Array.isArray(value) ? Number(key) : key], issues)
    }
  }
}

/** The barcodes of transit hold any bytes; these texts are kept only as JSON, which escapes NUL. */
function hasBytes(text: string, path: readonly PropertyKey[]): boolean {
  if (!text.includes('\u0000')) return false
  return /^apple\.(?:barcode|barcodes\[\d+\])\.message$/.test(formatPath(path))
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
  // In a query it may be `metadata[__proto__]`.
  if (/(?:^|\[)__proto__\]?$/.test(key)) return 'is not a known field; leave it out'
  return checkText(key)
}

/** A key that is safe to repeat in an error. */
export function toSafeName(key: string): string {
  return key.toWellFormed().replaceAll('\u0000', '')
}
