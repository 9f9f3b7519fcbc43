import { type Issue, isObject } from '@passwright/shared'
import { type Body, isGiven, issueIf, type Rule } from '../rule.ts'
import { chooseStyle } from './image-slots.ts'
import { groupedStyles, nfc, passKeys, serverOwnedKeys, styleDictionaries } from './pass-keys.ts'
import { semantics } from './semantics.ts'
import { findShapeIssues, object, type Shape } from './shape.ts'
import { type Style, styles } from './tables.ts'

/** The rules for Apple's own shapes, and for what Wallet loads only in some styles. */
export const appleRules: readonly Rule[] = [
  findTransitIssues,
  findGroupingIssues,
  findAppIssues,
  ({ nfc: value }) => (isObject(value) ? toIssues(findShapeIssues(nfc, value, 'nfc')) : []),
  ({ semantics: value }) =>
    isObject(value) ? toIssues(findShapeIssues(semantics, value, 'semantics')) : [],
  findLocalizationIssues,
  findAppleIssues,
  findRelevantDateIssues,
  findActionIssues,
  ({ apple }) =>
    isObject(apple)
      ? (['description', 'organizationName'] as const).flatMap((key) =>
          issueIf(isBlank(apple[key]), `apple.${key}`, 'must not be blank'),
        )
      : [],
]

/** The style of a body whose fields may be invalid; undefined when there is no such style. */
export function readStyle({ style, stripURL }: Body): Style | undefined {
  if (!isGiven(style)) return chooseStyle({ stripURL })
  const known = styles.find((each) => each === style)
  return known && chooseStyle({ style: known, stripURL })
}

function findTransitIssues(body: Body): Issue[] {
  const style = readStyle(body)
  const { transitType } = body
  if (style === undefined) return []
  if (style === 'boardingPass') {
    return issueIf(
      !isGiven(transitType),
      'transitType',
      'is required for a boardingPass; choose air, boat, bus, train or generic',
    )
  }
  return issueIf(
    isGiven(transitType),
    'transitType',
    `is only for the style boardingPass, and this pass is a ${style}; leave it out (null in a PATCH)`,
  )
}

/** What is said of the pass as a whole, by our field or by Apple's key, which replaces it. */
function findGiven(body: Body, key: string): { path: string; value: unknown } {
  const { apple } = body
  return isObject(apple) && isGiven(apple[key])
    ? { path: `apple.${key}`, value: apple[key] }
    : { path: key, value: body[key] }
}

function findGroupingIssues(body: Body): Issue[] {
  const style = readStyle(body)
  const { path, value } = findGiven(body, 'groupingIdentifier')
  return issueIf(
    isGiven(value) && style !== undefined && !groupedStyles.some((each) => each === style),
    path,
    `is only for the styles ${groupedStyles.join(' and ')}, and this pass is a ${style}; leave it out (null in a PATCH)`,
  )
}

function findAppIssues(body: Body): Issue[] {
  const { path, value } = findGiven(body, 'appLaunchURL')
  if (!isGiven(value)) return []
  const { value: stores } = findGiven(body, 'associatedStoreIdentifiers')
  return [
    ...issueIf(
      !isGiven(stores) || (Array.isArray(stores) && stores.length === 0),
      'associatedStoreIdentifiers',
      'is required when there is an appLaunchURL; write the App Store ID of the app, such as [284882215]',
    ),
    ...(path === 'appLaunchURL' ? toIssues(findShapeIssues({ type: 'url' }, value, path)) : []),
  ]
}

const MAX_LANGUAGES = 50
const MAX_TRANSLATIONS = 500

/** A language as Wallet looks it up: `de`, `pt-BR`, `zh-Hans`. */
const languagePattern = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}$/i

function findLocalizationIssues({ localizations }: Body): Issue[] {
  if (!isObject(localizations)) return []
  const languages = Object.keys(localizations)
  const seen = new Set<string>()
  return [
    ...issueIf(
      languages.length > MAX_LANGUAGES,
      'localizations',
      `must have ${MAX_LANGUAGES} languages or fewer`,
    ),
    ...languages.slice(0, MAX_LANGUAGES).flatMap((language) => {
      const path = `localizations.${language}`
      const strings = localizations[language]
      const isRepeated = seen.has(language.toLowerCase())
      seen.add(language.toLowerCase())
      return [
        ...issueIf(
          !languagePattern.test(language),
          path,
          'is not a language; write its code, such as de or pt-BR',
        ),
        ...issueIf(isRepeated, path, 'is there twice in different letter case'),
        ...issueIf(
          isObject(strings) && Object.keys(strings).length > MAX_TRANSLATIONS,
          path,
          `must have ${MAX_TRANSLATIONS} texts or fewer`,
        ),
      ]
    }),
  ]
}

function findAppleIssues(body: Body): Issue[] {
  const { apple } = body
  if (!isObject(apple)) return []
  const style = readStyle(body)
  return Object.entries(apple).flatMap(([key, value]) => {
    if (!isGiven(value)) return []
    const path = `apple.${key}`
    if (isKeyOf(serverOwnedKeys, key)) {
      return issueIf(true, path, `${serverOwnedKeys[key]}; leave it out`)
    }
    if (isKeyOf(styleDictionaries, key)) return findDictionaryIssues(key, style, value, path)
    const shape: Shape | undefined = isKeyOf(passKeys, key) ? passKeys[key] : undefined
    return shape
      ? toIssues(findShapeIssues(shape, value, path))
      : issueIf(true, path, 'is not a key of Apple’s pass.json; leave it out')
  })
}

/** The dictionary of the pass's own style; what it leaves out comes from the other fields. */
function findDictionaryIssues(
  key: Style,
  style: Style | undefined,
  value: unknown,
  path: string,
): Issue[] {
  if (style === undefined) return []
  if (key === style)
    return toIssues(findShapeIssues(object(styleDictionaries[key].keys), value, path))
  return issueIf(
    true,
    path,
    `is the dictionary of another style, and this pass is a ${style}; set style to ${key}, or leave it out`,
  )
}

function findRelevantDateIssues({ apple }: Body): Issue[] {
  if (!isObject(apple) || !Array.isArray(apple.relevantDates)) return []
  return apple.relevantDates.flatMap((entry: unknown, index) =>
    issueIf(
      isObject(entry) && isGiven(entry.date) === isGiven(entry.startDate),
      `apple.relevantDates[${index}]`,
      'must have either date or startDate',
    ),
  )
}

function findActionIssues({ apple }: Body): Issue[] {
  if (!isObject(apple) || !Array.isArray(apple.featuredActions)) return []
  return apple.featuredActions.flatMap((action: unknown, index) => {
    if (!isObject(action) || typeof action.type !== 'string') return []
    const key = action.type === 'place' ? 'placeIdentifier' : 'url'
    return issueIf(
      !isGiven(action[key]),
      `apple.featuredActions[${index}].${key}`,
      `is required for an action of the type ${action.type}`,
    )
  })
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === ''
}

function isKeyOf<Table extends object>(table: Table, key: string): key is keyof Table & string {
  return Object.hasOwn(table, key)
}

/** Without the reason, which no caller needs. */
function toIssues(issues: readonly Issue[]): Issue[] {
  return issues.map(({ path, message }) => ({ path, message }))
}
