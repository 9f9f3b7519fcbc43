import { type Issue, toInvalidRequest } from '../api/problem.ts'
import type { Field, FieldKind, ItemField } from '../fields/field.ts'
import { fields } from '../fields/fields.ts'
import { isEmpty, trimBlanks } from './blanks.ts'
import { findChoice } from './choices.ts'
import { readDate, toEndOfDay, toStartOfDay } from './read-date.ts'
import { readNumber } from './read-number.ts'

/** The values entered in a form, by field key; their types depend on the form. */
export type FormValues = Record<string, unknown>

/** How the values of a form are read. */
export interface AssembleOptions {
  /** The time zone of dates without an offset: that of the workflow or the account (IANA). */
  timeZone?: string
  /** Which pass the form is for: `new` when absent; `either` for one that may be there already. */
  pass?: 'new' | 'existing' | 'either'
}

/** Where a value stands: its row, the values beside it, its path in the request, and what went wrong. */
interface Place {
  row: Field | ItemField
  beside: FormValues
  path: string
  options: Required<AssembleOptions>
  issues: Issue[]
}

type Read = (value: unknown, place: Place) => unknown

/**
 * Reads the flat values of a form and builds the request JSON; empty values are left out. Dates,
 * numbers and choices are read as people write them. Throws `invalid_request` with one issue for each
 * value that cannot be read, or could be read in two ways.
 */
export function assemble(
  values: FormValues,
  options: AssembleOptions = {},
): Record<string, unknown> {
  return assembleRows(values, fields, options)
}

/** The same for a request that is no pass: the values of these rows. */
export function assembleRows(
  values: FormValues,
  rows: readonly (Field | ItemField)[],
  { timeZone = 'UTC', pass = 'new' }: AssembleOptions = {},
): Record<string, unknown> {
  const issues: Issue[] = []
  const request = readValues(values, rows, '', { options: { timeZone, pass }, issues })
  if (issues.length > 0) throw toInvalidRequest(issues)
  return request
}

function readValues(
  values: FormValues,
  rows: readonly (Field | ItemField)[],
  at: string,
  context: Pick<Place, 'options' | 'issues'>,
): Record<string, unknown> {
  const request: Record<string, unknown> = {}
  for (const row of rows) {
    const given = values[row.key]
    if (isEmpty(given) || lacksNeed(row, values, context.options)) continue
    const place = { ...context, row, beside: values, path: at + row.path }
    const value = readers[row.kind](given, place)
    if (!isEmpty(value)) request[row.path] = value
  }
  return request
}

/**
 * A field without the one that it needs says nothing, unless the pass that is there may have that one.
 * A choice still does not if the pass may be new, since a form may show it with a default.
 */
function lacksNeed(
  { needs, kind }: Field | ItemField,
  values: FormValues,
  { pass }: Place['options'],
): boolean {
  if (needs === undefined || pass === 'existing') return false
  return isEmpty(values[needs]) && (pass === 'new' || kind === 'choice')
}

const readText: Read = (value, { row }) => {
  const text = typeof value === 'number' ? String(value) : value
  return row.isExact ? trim(text) : text
}

const readExact: Read = (value) => trim(value)

const readAmount: Read = (value, place) =>
  readNumber(value) ?? refuse(place, value, 'is no number that can be read only one way', '48.50')

const readInstant: Read = (value, place) => {
  const { timeZone } = place.options
  const date = readDate(value, timeZone)
  if (!date) return refuseDate(value, place)
  if ('instant' in date) return date.instant
  if (place.row.keepsDay) return date.day
  return place.row.dayMeansEnd ? toEndOfDay(date.day, timeZone) : toStartOfDay(date.day, timeZone)
}

/** A day alone stays one: as the value of a field it is the same day everywhere, such as a birthday. */
const readDateValue: Read = (value, place) => {
  const date = readDate(value, place.options.timeZone)
  if (!date) return refuseDate(value, place)
  return 'day' in date ? date.day : date.instant
}

const readTextOrNumber: Read = (value, place) => {
  const { numberStyle, currencyCode, dateStyle, timeStyle } = place.beside
  if (!isEmpty(numberStyle) || !isEmpty(currencyCode)) return readAmount(value, place)
  if (!isEmpty(dateStyle) || !isEmpty(timeStyle)) return readDateValue(value, place)
  return value
}

const readChoice: Read = (value, place) => {
  const { choices = [] } = place.row
  const prefix = ('choicePrefix' in place.row && place.row.choicePrefix) || ''
  const choice = typeof value === 'string' ? findChoice(value, choices, prefix) : undefined
  return choice ?? refuse(place, value, 'is none of the choices', choices.join(', '))
}

/** Several choices: a list, or one text with commas. */
const readChoices: Read = (value, place) => {
  const given = typeof value === 'string' ? value.split(',') : value
  return Array.isArray(given)
    ? given.filter((each) => !isEmpty(each)).map((each) => readChoice(each, place))
    : readChoice(value, place)
}

const booleans: Record<string, boolean> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
}

const readBoolean: Read = (value, place) => {
  if (typeof value === 'boolean') return value
  return booleans[String(trim(value)).toLowerCase()] ?? refuse(place, value, 'is no', 'yes or no')
}

/** An object such as the email is sent whole: none of its fields is there already. */
const readObject: Read = (value, place) => {
  if (!isObject(value)) return value
  const options = { ...place.options, pass: 'new' as const }
  return readValues(value, getItems(place.row), `${place.path}.`, { ...place, options })
}

/** Entries that say nothing are left out; the others keep their order. */
const readList: Read = (value, place) => {
  if (!Array.isArray(value)) return value
  const items = getItems(place.row)
  const entries = value
    .map((entry) => (isObject(entry) ? entry : {}))
    .filter((entry) => {
      const main = items.find(({ makesEntry }) => makesEntry)
      return !isEmpty(main ? entry[main.key] : entry)
    })
  return entries.map((entry, index) => readValues(entry, items, `${place.path}[${index}].`, place))
}

/** Pairs come as rows, or as one object; those without a name or a value are left out. */
const readPairs: Read = (value) => {
  const pairs = Array.isArray(value)
    ? value.filter(isObject).map((pair) => [pair.key, pair.value] as const)
    : isObject(value)
      ? Object.entries(value)
      : undefined
  if (!pairs) return value
  const given = pairs.filter(([key, each]) => !isEmpty(key) && !isEmpty(each))
  return Object.fromEntries(
    given.map(([key, each]) => [String(trim(key)), typeof each === 'number' ? String(each) : each]),
  )
}

/** JSON comes as the text of a form, or as what an expression made. */
const readJson: Read = (value, place) => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return refuse(place, value, 'is no JSON', JSON.stringify(place.row.sample))
  }
}

/** How each kind of field is read. */
const readers: Record<FieldKind, Read> = {
  text: readText,
  longText: readText,
  textOrNumber: readTextOrNumber,
  choice: readChoice,
  choices: readChoices,
  color: readExact,
  image: readExact,
  instant: readInstant,
  integer: readAmount,
  number: readAmount,
  boolean: readBoolean,
  object: readObject,
  list: readList,
  pairs: readPairs,
  json: readJson,
}

function refuseDate(value: unknown, place: Place): undefined {
  return refuse(
    place,
    value,
    'is no date that can be read only one way',
    '2027-03-05 or 2027-03-05T18:00',
  )
}

function refuse(
  { path, issues }: Place,
  value: unknown,
  reason: string,
  sample: string,
): undefined {
  issues.push({ path, message: `"${toShortText(value)}" ${reason}; write ${sample}` })
  return undefined
}

const MAX_QUOTED_LENGTH = 60

function toShortText(value: unknown): string {
  const text = typeof value === 'string' ? trimBlanks(value) : JSON.stringify(value)
  return text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text
}

function trim(value: unknown): unknown {
  return typeof value === 'string' ? trimBlanks(value) : value
}

function getItems(row: Field | ItemField): readonly ItemField[] {
  return ('items' in row && row.items) || []
}

/** Checks that a value is a plain JSON object: no array, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
