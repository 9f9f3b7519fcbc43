import type { Issue } from '@passwright/shared'
import type { z } from 'zod'

type RawIssue = z.core.$ZodRawIssue

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** What each kind of mistake is called; the sentence follows the field's name. */
const sentences: {
  [Code in RawIssue['code']]?: (issue: Extract<RawIssue, { code: Code }>) => string
} = {
  invalid_type: (issue) =>
    issue.input === undefined
      ? 'is required'
      : `must be ${kinds[issue.expected] ?? issue.expected}`,
  invalid_value: (issue) =>
    issue.values.length > 1
      ? `must be one of: ${issue.values.join(', ')}`
      : `must be ${issue.values.join()}`,
  too_small: (issue) => `must be at least ${issue.minimum}`,
  too_big: (issue) =>
    issue.origin === 'array'
      ? `must have ${issue.maximum} entries or less`
      : `must be at most ${issue.maximum}`,
  invalid_key: () => 'has a key that is blank or too long',
  unrecognized_keys: () => 'is not a known field; leave it out',
}

/** zod's error map: sentences that say what to do instead of what the library found. */
export function explain(issue: RawIssue): string | undefined {
  const sentence = sentences[issue.code] as ((given: RawIssue) => string) | undefined
  return sentence?.(issue)
}

/** Turns zod's issues into ours: one per field, paths as `locations[0].latitude`. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: issue.message }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  )
}

/** Writes a path the way JavaScript would: `locations[0].latitude`. */
export function pathOf(keys: readonly PropertyKey[]): string {
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
