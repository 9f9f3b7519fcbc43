import { isObject } from '@passwright/shared'
import {
  findShapeIssues,
  groupedStyles,
  isInstant,
  passJsonShape,
  requiredPassKeys,
  type Shape,
  type ShapeIssue,
  type Style,
  styles,
} from '@passwright/shared/schema'
import { findClosestMatch } from '../../../text/closest-match.ts'
import { createFinding, type Finding, type FindingCode, findIf } from '../report/findings.ts'
import { verifyBarcodes } from './barcodes.ts'
import { verifyFields } from './fields.ts'
import { verifyNfc } from './nfc.ts'
import { verifyWebService } from './web-service.ts'

type PassJson = Record<string, unknown>

/** Verifies pass.json: every value against Apple's tables, and the rules between the values. */
export function verifyPassJson(passJson: PassJson, now: Date): Finding[] {
  const given = styles.filter((style) => passJson[style] !== undefined)
  return [
    ...findShapeIssues(passJsonShape, passJson, '').flatMap((issue) => toFindings(issue, passJson)),
    ...verifyTexts(passJson),
    ...verifyStyles(given, passJson),
    ...given.flatMap((style) => verifyFields(style, passJson)),
    ...verifyBarcodes(passJson),
    ...verifyNfc(passJson.nfc),
    ...verifyWebService(passJson),
    ...verifyLife(passJson, now),
    ...verifyGrouping(given, passJson),
    ...findIf(
      passJson.appLaunchURL !== undefined && passJson.associatedStoreIdentifiers === undefined,
      'app_launch',
      'appLaunchURL',
      'appLaunchURL is given without associatedStoreIdentifiers.',
    ),
  ]
}

/** The code of a value that is not of its type, where the type has one of its own. */
const codesByType: Partial<Record<Shape['type'], FindingCode>> = {
  choice: 'value_unknown',
  color: 'color_form',
  currency: 'currency_unknown',
  date: 'date_form',
}

/** Keys whose values have a code of their own. */
const codesByPath: Record<string, FindingCode> = {
  formatVersion: 'format_version',
  webServiceURL: 'web_service_url',
  'nfc.message': 'nfc_message',
}

function toFindings({ reason, path, message }: ShapeIssue, passJson: PassJson): Finding[] {
  if (reason === 'unknown') return findMisspelt(path)
  const shape = findShape(passJsonShape, splitPath(path))
  if (shape?.type === 'color' && isOtherNotation(findValue(passJson, splitPath(path)))) {
    return [createFinding('color_notation', path, `${path} is not written as rgb(r, g, b).`)]
  }
  return [createFinding(chooseCode(reason, path, shape), path, `${path} ${message}.`)]
}

/** `locations[0].latitude` → `locations`, `0`, `latitude`. */
function splitPath(path: string): string[] {
  return path.match(/[^.[\]]+/g) ?? []
}

function findValue(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (around, key) =>
      isObject(around) ? around[key] : Array.isArray(around) ? around[Number(key)] : undefined,
    value,
  )
}

/** Notations of CSS that passes of large issuers have, and that Wallet shows. */
function isOtherNotation(color: unknown): boolean {
  return (
    typeof color === 'string' &&
    /^(?:#(?:[0-9a-f]{3}){1,2}|rgba\(\s*\d{1,3}\s*(?:,\s*[\d.]+\s*){3}\))$/i.test(color)
  )
}

function chooseCode(
  reason: Exclude<ShapeIssue['reason'], 'unknown'>,
  path: string,
  shape: Shape | undefined,
): FindingCode {
  if (reason === 'missing') return 'key_missing'
  const ofPath = codesByPath[path]
  if (ofPath && (reason === 'range' || shape?.type !== 'text')) return ofPath
  // A list that is too long is used in part.
  if (reason === 'range') return shape?.type === 'list' ? 'too_many' : 'value_range'
  return (shape && codesByType[shape.type]) ?? 'value_type'
}

function findShape(shape: Shape | undefined, keys: readonly string[]): Shape | undefined {
  const [key, ...rest] = keys
  if (key === undefined || shape === undefined) return shape
  if (shape.type === 'list') return findShape(shape.of, rest)
  return shape.type === 'object' ? findShape(shape.keys[key], rest) : undefined
}

/** Wallet ignores keys that it does not know, so only what looks like a slip is worth a word. */
function findMisspelt(path: string): Finding[] {
  const keys = splitPath(path)
  const around = findShape(passJsonShape, keys.slice(0, -1))
  const known = around?.type === 'object' ? Object.keys(around.keys) : []
  const meant = findClosestMatch(keys.at(-1) ?? '', known)
  const message = `${path} is no key of Apple's; is ${meant} meant?`
  return findIf(meant !== undefined, 'key_unknown', path, message)
}

/** Required texts must say something. */
function verifyTexts(passJson: PassJson): Finding[] {
  return requiredPassKeys.flatMap((key) => {
    const value = passJson[key]
    const isBlank = typeof value === 'string' && value.trim() === ''
    return findIf(isBlank, 'key_missing', key, `${key} is blank.`)
  })
}

function verifyStyles(given: readonly Style[], { posterGeneric }: PassJson): Finding[] {
  return [
    ...findIf(
      given.length === 0 && posterGeneric === undefined,
      'style_missing',
      '',
      `pass.json has none of the styles ${styles.join(', ')}.`,
    ),
    ...findIf(
      given.length > 1,
      'style_several',
      given[1] ?? '',
      `pass.json has the styles ${given.join(' and ')}.`,
    ),
  ]
}

function verifyLife({ expirationDate, voided }: PassJson, now: Date): Finding[] {
  const isPast =
    typeof expirationDate === 'string' &&
    isInstant(expirationDate) &&
    Date.parse(expirationDate) < now.getTime()
  return [
    ...findIf(
      isPast,
      'pass_expired',
      'expirationDate',
      `The pass expired at ${String(expirationDate)}.`,
    ),
    ...findIf(voided === true, 'pass_voided', 'voided', 'The pass is voided.'),
  ]
}

function verifyGrouping(given: readonly Style[], { groupingIdentifier }: PassJson): Finding[] {
  const isGrouped = given.some((style) => groupedStyles.some((grouped) => grouped === style))
  return findIf(
    groupingIdentifier !== undefined && given.length > 0 && !isGrouped,
    'grouping',
    'groupingIdentifier',
    `groupingIdentifier has no effect in the style ${given.join()}.`,
  )
}
