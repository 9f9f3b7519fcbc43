import { type Issue, isEmpty, isObject } from '@passwright/shared'
import { findHiddenImages, imageSlotNames } from '../apple/image-slots.ts'
import { appleRules, readStyle } from '../apple/rules.ts'
import { fieldGroups } from '../apple/tables.ts'
import { isCurrency } from '../currencies.ts'
import { type Body, isGiven, issueIf, type Rule } from '../rule.ts'
import { findAppleFieldIssues } from './field.ts'

/** A blank logo text is allowed, to leave the space beside the logo empty, but it is no title. */
const isFilledText = (value: unknown): boolean => isGiven(value) && !isEmpty(value)

const isFilledArray = (value: unknown): boolean => Array.isArray(value) && value.length > 0

/** The rules for every body that creates a pass. */
export const passRules: readonly Rule[] = [
  (body) =>
    issueIf(
      !isGiven(body.title) && !isFilledText(body.logoText) && !isFilledArray(body.primaryFields),
      'title',
      'is required, unless logoText or primaryFields is given',
    ),
  // The schema, which reads stored passes too, takes characters without width for a text.
  ({ title }) => issueIf(isGiven(title) && isEmpty(title), 'title', 'must not be blank'),
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
  findCurrencyIssues,
  findImageIssues,
  findHiddenImages,
  ...appleRules,
  ({ apple, ...body }) => findAppleFieldIssues(readStyle(body), apple),
]

/** An update sends no email. */
export const noEmail: Rule = (body) =>
  issueIf(
    isGiven(body.email),
    'email',
    'is not allowed in an update; send the email with POST …/email afterwards',
  )

/** The rules for every body that updates a pass. */
export const changeRules: readonly Rule[] = [...passRules, noEmail]

/**
 * Leaves a rule to the service where a body is merged into the pass with its `externalId`: what is
 * missing may be there already.
 */
export const unlessMerging =
  (rule: Rule): Rule =>
  (body, query = {}) =>
    query.onExisting === 'merge' && isGiven(body.externalId) ? [] : rule(body, query)

/** Leaves a rule to the service where a template has what a body lacks. */
export const unlessTemplate =
  (rule: Rule): Rule =>
  (body, query = {}) =>
    (isGiven(body.template) || isGiven(body.values)) && rule !== noEmail ? [] : rule(body, query)

/** Values are those of a template; a merged pass may have one already. */
export const needsTemplate: Rule = unlessMerging((body) =>
  issueIf(
    isGiven(body.values) && !isGiven(body.template),
    'template',
    'is required when there are values: the id or the name of a template',
  ),
)

/** Field keys must be unique in the whole pass, not only in their group. */
function findDuplicateKeys(body: Body): Issue[] {
  const seen = new Set<string>()
  return listFields(body).flatMap(([path, { key }]) => {
    if (typeof key !== 'string') return []
    const message = 'is used by another field; every key must be unique in the pass'
    const issues = issueIf(seen.has(key), `${path}.key`, message)
    seen.add(key)
    return issues
  })
}

function findCurrencyIssues(body: Body): Issue[] {
  return listFields(body).flatMap(([path, { currencyCode, numberStyle }]) => [
    ...issueIf(
      isGiven(currencyCode) && isGiven(numberStyle),
      `${path}.numberStyle`,
      'cannot be combined with currencyCode, because Wallet cannot load such a pass; leave one of them out',
    ),
    ...issueIf(
      typeof currencyCode === 'string' &&
        /^[a-z]{3}$/i.test(currencyCode) &&
        !isCurrency(currencyCode),
      `${path}.currencyCode`,
      'is not a currency of ISO 4217; write its code, such as EUR or USD',
    ),
  ])
}

/** Told together with all other issues; whether an image is there shows only when it is fetched. */
function findImageIssues(body: Body): Issue[] {
  return imageSlotNames.flatMap((slot) => {
    const source = body[`${slot}URL`]
    return issueIf(
      typeof source === 'string' && !isImageSource(source),
      `${slot}URL`,
      'must begin with https:// or http://, such as https://club.example/logo.png, or with data:image/png;base64,',
    )
  })
}

function isImageSource(source: string): boolean {
  if (/^data:/i.test(source)) return /^data:image\//i.test(source)
  return /^https?:\/\//i.test(source) && URL.canParse(source)
}

/**
 * The fields of all groups that are objects, each with its path. Apple's own dictionary of the style
 * replaces a group.
 */
function listFields(body: Body): (readonly [path: string, field: Body])[] {
  const style = readStyle(body)
  const own = style && isObject(body.apple) ? body.apple[style] : undefined
  const groups = new Map<string, unknown>(fieldGroups.map((group) => [group, body[group]]))
  const paths = new Map<string, string>()
  for (const [group, entries] of isObject(own) ? Object.entries(own) : []) {
    groups.set(group, entries)
    paths.set(group, `apple.${style}.${group}`)
  }
  return [...groups].flatMap(([group, entries]) => {
    if (!Array.isArray(entries)) return []
    const path = paths.get(group) ?? group
    return entries.flatMap((entry: unknown, index) =>
      isObject(entry) ? [[`${path}[${index}]`, entry] as const] : [],
    )
  })
}
