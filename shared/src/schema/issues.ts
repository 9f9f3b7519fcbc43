import type { Issue } from '@passwright/shared'
import type { z } from 'zod'
import { findSample } from './pass/samples.ts'

type RawIssue = z.core.$ZodRawIssue

const typeNames: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const unquoted = ['number', 'int', 'boolean']

/** `, such as "Ada Example"`; nothing for what is no field of a pass. */
function nameSample({
  path,
  expected,
  input,
}: {
  path?: PropertyKey[] | undefined
  expected: string
  input?: unknown
}): string {
  const sample = findSample(path)
  // An address in a query has the name of a field that is an object.
  const isOther = expected === 'string' && !sample?.startsWith('"')
  if (sample === undefined || isOther) return ''
  const quotes = unquoted.includes(expected) && typeof input === 'string' ? ', without quotes' : ''
  return `, such as ${sample}${quotes}`
}

/** The message for each of zod's issue codes; it follows the field's name in a sentence. */
const messages: {
  [Code in RawIssue['code']]?: (issue: Extract<RawIssue, { code: Code }>) => string
} = {
  invalid_type: (issue) =>
    issue.input === undefined
      ? 'is required'
      : `must be ${typeNames[issue.expected] ?? issue.expected}${nameSample(issue)}`,
  invalid_value: (issue) =>
    issue.values.length > 1
      ? `must be one of: ${issue.values.join(', ')}`
      : `must be ${issue.values.join()}`,
  too_small: (issue) =>
    issue.origin === 'string' && issue.minimum === 1
      ? 'must not be empty'
      : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`,
  too_big: (issue) =>
    issue.origin === 'array'
      ? `must have ${issue.maximum} entries or fewer`
      : issue.origin === 'string'
        ? `must be ${issue.maximum} characters or less`
        : `must be at most ${issue.maximum}`,
  invalid_key: () => 'has a key that is blank or too long; write one of 1 to 64 characters',
  unrecognized_keys: () => 'is not a known field; leave it out',
}

/** zod's error map: returns a message that says what to do; undefined leaves zod's own. */
export function explainIssue(issue: RawIssue): string | undefined {
  const toMessage = messages[issue.code] as ((raw: RawIssue) => string) | undefined
  return toMessage?.(issue)
}

/** Converts zod's issues into ours: one per field, paths as `locations[0].latitude`. */
export function toIssues(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: formatPath([...issue.path, key]),
          message: issue.message,
        }))
      : [{ path: formatPath(issue.path), message: issue.message }],
  )
}

/** Formats a path the way JavaScript writes it: `locations[0].latitude`. */
export function formatPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (path, key) =>
      typeof key === 'number'
        ? `${path}[${key}]`
        : path === ''
          ? String(key)
          : `${path}.${String(key)}`,
    '',
  )
}
