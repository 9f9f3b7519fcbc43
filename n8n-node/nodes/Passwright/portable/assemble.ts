// A copy of shared/src/portable/assemble.ts, made by "npm run sync": change it there.

import type { Field, FieldKind, ItemField } from './field'
import { fields } from './fields'

/** The values entered in a form, by field key; their types depend on the form. */
export type FormValues = Record<string, unknown>

const parseNumber = (value: unknown): unknown => {
  const number = typeof value === 'string' ? Number(value) : value
  return Number.isNaN(number) ? value : number
}
const keep = (value: unknown): unknown => value
const toText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value)
const parseBoolean = (value: unknown): unknown =>
  value === 'true' ? true : value === 'false' ? false : value

/** How each field kind is parsed; what cannot be parsed is kept, so that the service reports it. */
const parsers: Record<
  FieldKind,
  (value: unknown, field: Field | ItemField, siblings: FormValues) => unknown
> = {
  text: toText,
  longText: toText,
  // Some forms return only text, but Wallet formats only numbers as amounts or percentages.
  textOrNumber: (value, _, { numberStyle, currencyCode }) =>
    isEmpty(numberStyle) && isEmpty(currencyCode) ? value : parseNumber(value),
  choice: keep,
  choices: keep,
  color: keep,
  image: keep,
  instant: keep,
  integer: parseNumber,
  number: parseNumber,
  boolean: parseBoolean,
  object: (value, field) => (isObject(value) ? collectValues(getItems(field), value) : value),
  list: (value, field) =>
    Array.isArray(value)
      ? value.map((entry) => collectValues(getItems(field), isObject(entry) ? entry : {}))
      : value,
  pairs: (value) =>
    Array.isArray(value)
      ? Object.fromEntries(value.filter(isObject).map((pair) => [pair.key, toText(pair.value)]))
      : value,
}

/** Turns the flat values of a form into the request JSON; empty values are left out. */
export function assemble(values: FormValues): Record<string, unknown> {
  return collectValues(fields, values)
}

function collectValues(
  known: readonly (Field | ItemField)[],
  values: FormValues,
): Record<string, unknown> {
  const request: Record<string, unknown> = {}
  for (const field of known) {
    const given = values[field.key]
    const value = isEmpty(given) ? undefined : parsers[field.kind](given, field, values)
    if (!isEmpty(value)) request[field.path] = value
  }
  return request
}

function getItems(field: Field | ItemField): readonly ItemField[] {
  return ('items' in field && field.items) || []
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  )
}

/** Checks that a value is a plain JSON object: no array, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
