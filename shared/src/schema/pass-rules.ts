import type { Issue } from '@passwright/shared'
import { fieldGroups } from './apple.ts'

type Body = Record<string, unknown>

/** A rule between fields: the issues it finds in a body whose fields may themselves be wrong. */
export type Rule = (body: Body) => Issue[]

const given = (value: unknown): boolean => value !== undefined && value !== null

/** A blank logo text keeps the place beside the logo free; it names no pass. */
const says = (value: unknown): boolean =>
  given(value) && !(typeof value === 'string' && value.trim() === '')

const issueIf = (broken: boolean, path: string, message: string): Issue[] =>
  broken ? [{ path, message }] : []

/** The rules that hold for every body that makes a pass. */
export const passRules: readonly Rule[] = [
  (body) =>
    issueIf(
      !given(body.title) && !says(body.logoText) && !isFilledArray(body.primaryFields),
      'title',
      'is required, unless logoText or primaryFields is given',
    ),
  (body) =>
    issueIf(
      given(body.barcodeFormat) && !given(body.barcodeValue),
      'barcodeValue',
      'is required when there is a barcodeFormat',
    ),
  (body) =>
    issueIf(
      given(body.barcodeAltText) && !given(body.barcodeValue),
      'barcodeValue',
      'is required when there is a barcodeAltText',
    ),
  (body) =>
    issueIf(
      given(body.expirationDate) && given(body.expirationDays),
      'expirationDate',
      'cannot stand beside expirationDays; give one of the two',
    ),
  repeatedKeys,
]

/** A change mails nothing; the mail is asked for on its own. */
export const changeRules: readonly Rule[] = [
  ...passRules,
  (body) =>
    issueIf(
      given(body.email),
      'email',
      'cannot stand in a change; send the mail with POST …/email afterwards',
    ),
]

/** Field keys must be unique in the whole pass, not only in their group. */
function repeatedKeys(body: Body): Issue[] {
  const seen = new Set<string>()
  const issues: Issue[] = []
  for (const group of fieldGroups) {
    const entries: unknown = body[group]
    if (!Array.isArray(entries)) continue
    for (const [index, entry] of entries.entries()) {
      const key: unknown = isObject(entry) ? entry.key : undefined
      if (typeof key !== 'string') continue
      if (seen.has(key)) {
        issues.push({
          path: `${group}[${index}].key`,
          message: 'is used by another field; every key of a pass must be different',
        })
      }
      seen.add(key)
    }
  }
  return issues
}

function isFilledArray(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
