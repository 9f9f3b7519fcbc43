import { fields, isObject } from '@passwright/shared'
import { protectBraces } from '@passwright/shared/schema'
import { escapeHtml } from '../../text/html.ts'
import type { Values } from '../store/template.ts'
import {
  isEmailText,
  listPlaceholders,
  type Path,
  readWholePlaceholder,
  replacePlaceholders,
  toText,
} from './placeholders.ts'
import { getNeeded, getPlaceKind, isInField, readValueStyle } from './places.ts'
import { leaveOutTranslations } from './translations.ts'

/** A value of a filled body that came from placeholders. */
export interface FilledPlace {
  path: Path
  /** The inputs that it came from. */
  keys: readonly string[]
  /** It is the value of one input, and nothing else. */
  isWhole: boolean
}

/** A body whose placeholders are filled in. */
export interface FilledBody {
  body: Record<string, unknown>
  places: readonly FilledPlace[]
}

/**
 * Fills in the placeholders of a body. It walks the body, so that a value is only ever a text or a
 * number in its place: no value can add a field, and none is searched for placeholders again.
 */
export function fillBody(pass: Readonly<Record<string, unknown>>, values: Values): FilledBody {
  const places: FilledPlace[] = []
  const body = fillObject(pass, [], { values, places }) ?? {}
  return { body: leaveOutTranslations(pass, leaveOutNeedy(pass, body)), places }
}

interface Filling {
  values: Values
  places: FilledPlace[]
}

function fillValue(value: unknown, path: Path, around: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, path, around, filling)
  if (Array.isArray(value)) return fillList(value, path, filling)
  return isObject(value) ? fillObject(value, path, filling) : value
}

function fillList(list: readonly unknown[], path: Path, filling: Filling): unknown[] {
  const filled: unknown[] = []
  for (const entry of list) {
    const value = fillValue(entry, [...path, filled.length], list, filling)
    if (value !== undefined) filled.push(value)
  }
  return filled
}

/** An object that lost what it says nothing without is left out as a whole. */
function fillObject(
  object: Readonly<Record<string, unknown>>,
  path: Path,
  filling: Filling,
): Record<string, unknown> | undefined {
  const before = filling.places.length
  const entries = Object.entries(object).flatMap(([name, value]) => {
    const filled = fillValue(value, [...path, name], object, filling)
    return filled === undefined ? [] : [[name, filled] as const]
  })
  const filled = Object.fromEntries(entries)
  const needed = getNeeded(path)
  if (needed === undefined || !isLost(needed, object, filled)) return filled
  filling.places.length = before
  return undefined
}

function isLost(name: string, object: object, filled: object): boolean {
  return Object.hasOwn(object, name) && !Object.hasOwn(filled, name)
}

/** Leaves out the fields that say nothing without one that was left out, such as a barcode's format. */
function leaveOutNeedy(pass: object, body: Record<string, unknown>): Record<string, unknown> {
  const needy = fields.filter(({ needs }) => needs !== undefined && isLost(needs, pass, body))
  const names = needy.map(({ path }) => path)
  const left = isLost('value', pass, body) ? [...names, 'label'] : names
  return Object.fromEntries(Object.entries(body).filter(([name]) => !left.includes(name)))
}

function fillText(text: string, path: Path, around: unknown, { values, places }: Filling) {
  const key = readWholePlaceholder(text, path)
  if (key !== undefined) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    if (value === undefined) return undefined
    places.push({ path, keys: [key], isWhole: true })
    return fitToPlace(value, path, around)
  }
  const keys = listPlaceholders(text, path)
  if (keys.length === 0) return text
  places.push({ path, keys, isWhole: false })
  return replacePlaceholders(text, path, (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return value === undefined ? '' : toPlainPart(toText(value), path)
  })
}

const plainNumber = /^[+-]?\d+(?:\.\d+)?$/

/** A value keeps its type where the place has it; a plain number is one where only numbers are. */
function fitToPlace(value: string | number, path: Path, around: unknown): unknown {
  const kind = getPlaceKind(path)
  const isNumeric =
    kind === 'number' ||
    kind === 'integer' ||
    (isInField(path, 'value') && readValueStyle(around) === 'number')
  if (typeof value === 'number') return value
  const text = value.trim()
  if (isNumeric && plainNumber.test(text)) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return toPlainPart(value, path)
}

/** A value as a part of a text that Wallet, or the mail, reads more into than its letters. */
function toPlainPart(text: string, path: Path): string {
  const property = path.at(-1)
  if (property === 'attributedValue') return escapeHtml(text)
  // Wallet puts the new value of the field in the place of %@.
  if (property === 'changeMessage') return text.replaceAll('%@', '%\u2060@')
  return isEmailText(path) ? protectBraces(text) : text
}
