import {
  emailItems,
  type Field,
  type FieldKind,
  fields,
  findChoice,
  type ItemField,
  isObject,
  trimBlanks,
} from '@passwright/shared'

type Row = Field | ItemField
type Body = Record<string, unknown>

/** What an empty value becomes: nothing, or `null`, which removes the field from a pass. */
type ReadEmpty = (value: null | '' | readonly []) => undefined | null

/** Where a value stands: its row, the object around it, and what is done with empty values. */
interface Place {
  row: Row
  around: Body
  readEmpty: ReadEmpty
}

type Normalize = (value: unknown, place: Place) => unknown

/**
 * Reads the body of a pass as its sender meant it, before it is checked: an optional field that is
 * `null` or empty is not given, a number becomes a text where a text belongs, and blanks and letter
 * case do not count where a value is exact. All else stays, for the schema to report.
 */
export function normalizePassRequest(body: Body): Body {
  return normalizeObject(body, fields, leaveOut)
}

/** The same where a template may be named. */
export function normalizeCreateRequest(body: Body): Body {
  const { template, values, ...fields } = normalizePassRequest(body)
  return {
    ...fields,
    ...(template === null || template === '' || template === undefined ? {} : { template }),
    ...(values === null || values === undefined ? {} : { values }),
  }
}

/** The same for a merge patch, in which an empty field is removed as `null` is. */
export function normalizePassPatch(patch: Body): Body {
  return normalizeObject(patch, fields, () => null)
}

/** The same for a request that is merged into a pass, where a blank cell of a sheet changes nothing. */
export function normalizeMergedRequest(body: Body): Body {
  return normalizeObject(body, fields, (value) => (value === '' ? undefined : null))
}

/** The same for the body of a request that emails a pass. */
export function normalizeEmailRequest(body: Body): Body {
  return normalizeObject(body, emailItems, leaveOut)
}

const leaveOut: ReadEmpty = () => undefined

function normalizeObject(body: Body, rows: readonly Row[], readEmpty: ReadEmpty): Body {
  const byPath = getRowsByPath(rows)
  return mapEntries(body, (value, path) => {
    const row = byPath.get(path)
    return row ? normalizeField(value, { row, around: body, readEmpty }) : value
  })
}

const rowsByPath = new WeakMap<readonly Row[], Map<string, Row>>()

function getRowsByPath(rows: readonly Row[]): Map<string, Row> {
  const known = rowsByPath.get(rows)
  if (known) return known
  const byPath = new Map(rows.map((row) => [row.path, row]))
  rowsByPath.set(rows, byPath)
  return byPath
}

const normalizeField: Normalize = (value, place) => {
  if (value === null || (value === '' && !place.row.keepsEmpty)) return place.readEmpty(value)
  return normalizers[place.row.kind](value, place)
}

const keep: Normalize = (value) => value
const trim: Normalize = (value) => (typeof value === 'string' ? trimBlanks(value) : value)
const toText: Normalize = (value, place) => {
  const text = typeof value === 'number' ? formatNumber(value) : value
  return place.row.isExact ? trim(text, place) : text
}
const toChoice: Normalize = (value, { row }) => {
  if (typeof value !== 'string') return value
  const prefix = 'choicePrefix' in row ? row.choicePrefix : undefined
  return findChoice(value, row.choices ?? [], prefix) ?? trimBlanks(value)
}
const toEntry: Normalize = (value, { row }) =>
  isObject(value) ? normalizeObject(value, getItems(row), leaveOut) : value

/** How a value of each kind is read. */
const normalizers: Record<FieldKind, Normalize> = {
  text: toText,
  longText: toText,
  textOrNumber: (value, place) =>
    place.around.dateStyle || place.around.timeStyle ? trim(value, place) : value,
  choice: toChoice,
  choices: (value, place) =>
    Array.isArray(value) ? value.map((each) => toChoice(each, place)) : value,
  color: trim,
  image: trim,
  instant: trim,
  integer: keep,
  number: keep,
  boolean: keep,
  object: (value, { row, readEmpty }) =>
    isObject(value) ? normalizeObject(value, getItems(row), readEmpty) : value,
  list: (value, place) => {
    if (!Array.isArray(value)) return value
    // A merge patch replaces a list as a whole (RFC 7396), so inside it `null` removes nothing.
    return value.length > 0 ? value.map((entry) => toEntry(entry, place)) : place.readEmpty([])
  },
  pairs: (value, place) =>
    isObject(value)
      ? mapEntries(value, (each) => (each === null ? place.readEmpty(null) : toText(each, place)))
      : value,
  json: (value, place) => {
    if ('keepsNull' in place.row && place.row.keepsNull) return value
    return isEmptyList(value) ? place.readEmpty([]) : readNulls(value, place)
  },
}

function isEmptyList(value: unknown): value is [] {
  return Array.isArray(value) && value.length === 0
}

/** Apple has no key that may be `null`, so inside its shapes one is not given, at any depth. */
function readNulls(value: unknown, place: Place): unknown {
  if (!isObject(value)) return value
  return mapEntries(value, (each, key) => {
    if (key === 'userInfo') return each
    return each === null ? place.readEmpty(null) : readNulls(each, place)
  })
}

function mapEntries(object: Body, map: (value: unknown, key: string) => unknown): Body {
  const entries = Object.entries(object).map(([key, value]) => [key, map(value, key)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

const noItems: readonly ItemField[] = []

function getItems(row: Row): readonly ItemField[] {
  return ('items' in row && row.items) || noItems
}

/** More digits than these are the noise of binary fractions: 0.1 + 0.2 is 0.3. */
const decimals = new Intl.NumberFormat('en', { maximumSignificantDigits: 15, useGrouping: false })

/** Writes a number as people do: without an exponent. */
export function formatNumber(number: number): string {
  return Number.isInteger(number) ? String(number) : decimals.format(number)
}
