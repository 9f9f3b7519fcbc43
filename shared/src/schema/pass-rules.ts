import { type Issue, isObject } from '@passwright/shared'
import { fieldGroups } from './apple.ts'

type Body = Record<string, unknown>

/** A rule between fields: returns the issues of a body whose fields may themselves be invalid. */
export type Rule = (body: Body, query?: Body) => Issue[]

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** A blank logo text is allowed, to leave the space beside the logo empty, but it is no title. */
const isFilledText = (value: unknown): boolean =>
  isGiven(value) && !(typeof value === 'string' && value.trim() === '')

const isFilledArray = (value: unknown): boolean => Array.isArray(value) && value.length > 0

const issueIf = (isBroken: boolean, path: string, message: string): Issue[] =>
  isBroken ? [{ path, message }] : []

/** The rules for every body that creates a pass. */
export const passRules: readonly Rule[] = [
  (body) =>
    issueIf(
      !isGiven(body.title) && !isFilledText(body.logoText) && !isFilledArray(body.primaryFields),
      'title',
      'is required, unless logoText or primaryFields is given',
    ),
  (body) =>
    issueIf(
      isGiven(body.barcodeFormat) && !isGiven(body.barcodeValue),
      'barcodeValue',
      'is required when there is a barcodeFormat',
    ),
  (body) =>
    issueIf(
      isGiven(body.barcodeAltText) && !isGiven(body.barcodeValue),
      'barcodeValue',
      'is required when there is a barcodeAltText',
    ),
  (body) =>
    issueIf(
      isGiven(body.expirationDate) && isGiven(body.expirationDays),
      'expirationDate',
      'cannot be combined with expirationDays; use one of the two',
    ),
  findDuplicateKeys,
]

/** The rules for every body that updates a pass: an update sends no email. */
export const changeRules: readonly Rule[] = [
  ...passRules,
  (body) =>
    issueIf(
      isGiven(body.email),
      'email',
      'is not allowed in an update; send the email with POST …/email afterwards',
    ),
]

/**
 * Leaves a rule to the service where a body is merged into the pass with its `externalId`: what is
 * missing may be there already.
 */
export const unlessMerging =
  (rule: Rule): Rule =>
  (body, query = {}) =>
    query.onExisting === 'merge' && isGiven(body.externalId) ? [] : rule(body, query)

/** Field keys must be unique in the whole pass, not only in their group. */
function findDuplicateKeys(body: Body): Issue[] {
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
          message: 'is used by another field; every key must be unique in the pass',
        })
      }
      seen.add(key)
    }
  }
  return issues
}
