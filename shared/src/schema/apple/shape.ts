import { type Issue, isObject, type PlanFeature } from '@passwright/shared'
import { isCurrency } from '../currencies.ts'
import { isInstant } from '../dates.ts'

/** What a value in pass.json must be, as data. A key that is not required may be absent. */
export type Shape = ValueShape & {
  /** The iOS version that introduced it; every version reads it when absent. */
  since?: number
  /** The feature that a plan must include before a caller may set it. */
  feature?: PlanFeature
}

type ValueShape =
  | { type: 'text'; maxBytes?: number }
  | { type: 'number' | 'integer'; min?: number; max?: number }
  | { type: 'boolean' | 'date' | 'color' | 'url' | 'currency' | 'uuid' | 'textOrNumber' | 'json' }
  | { type: 'choice'; choices: readonly string[] }
  | { type: 'list'; of: Shape; max: number; min?: number }
  | { type: 'object'; keys: Readonly<Record<string, Shape>>; required?: readonly string[] }

/** Why a value does not have its shape: `unknown` keys are ignored by Wallet, all else it refuses. */
export interface ShapeIssue extends Issue {
  reason: 'missing' | 'unknown' | 'type' | 'range'
}

export const text = { type: 'text' } as const satisfies Shape
export const number = { type: 'number' } as const satisfies Shape
export const boolean = { type: 'boolean' } as const satisfies Shape
export const date = { type: 'date' } as const satisfies Shape
export const color = { type: 'color' } as const satisfies Shape
export const url = { type: 'url' } as const satisfies Shape

/** One of Apple's constants. */
export function choice(...choices: readonly string[]) {
  return { type: 'choice', choices } as const satisfies Shape
}

/** A list; 100 entries are more than any pass needs where Apple names no limit. */
export function list<const Of extends Shape>(of: Of, max = 100) {
  return { type: 'list', of, max } as const satisfies Shape
}

/** An object with these keys; those named in `required` must be there. */
export function object<const Keys extends Readonly<Record<string, Shape>>>(
  keys: Keys,
  ...required: readonly (keyof Keys & string)[]
) {
  return { type: 'object', keys, required } as const satisfies Shape
}

/** `rgb(30, 64, 175)`, each part from 0 to 255. */
export function isRgbColor(value: string): boolean {
  const parts = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(value)?.slice(1)
  return parts?.every((part) => Number(part) <= 255) ?? false
}

/**
 * Finds where a value of pass.json differs from its shape. Paths as in other issues:
 * `semantics.seats[0].seatRow`.
 */
export function findShapeIssues(shape: Shape, value: unknown, path: string): ShapeIssue[] {
  switch (shape.type) {
    case 'object':
      return findObjectIssues(shape, value, path)
    case 'list':
      return findListIssues(shape, value, path)
    case 'number':
    case 'integer':
      return findNumberIssues(shape, value, path)
    case 'choice':
      return issueIf(
        !shape.choices.some((each) => each === value),
        'type',
        path,
        `must be one of: ${shape.choices.join(', ')}`,
      )
    case 'text':
      return [
        ...issueIf(typeof value !== 'string', 'type', path, 'must be a text'),
        ...issueIf(
          typeof value === 'string' && countBytes(value) > (shape.maxBytes ?? Infinity),
          'range',
          path,
          `takes ${countBytes(String(value))} bytes in UTF-8; at most ${shape.maxBytes} are allowed`,
        ),
      ]
    default: {
      const { isValid, message } = plainTypes[shape.type]
      return issueIf(!isValid(value), 'type', path, message)
    }
  }
}

type PlainType = Exclude<
  ValueShape['type'],
  'object' | 'list' | 'number' | 'integer' | 'choice' | 'text'
>

const ifText = (isValid: (text: string) => boolean) => (value: unknown) =>
  typeof value === 'string' && isValid(value)

/** The types that have no bounds, one row each. */
const plainTypes: Record<PlainType, { isValid: (value: unknown) => boolean; message: string }> = {
  boolean: { isValid: (value) => typeof value === 'boolean', message: 'must be true or false' },
  textOrNumber: {
    isValid: (value) => typeof value === 'string' || Number.isFinite(value),
    message: 'must be a text or a number',
  },
  date: {
    isValid: ifText(isInstant),
    message: 'must be a date with time and offset, such as 2027-06-05T19:30:00+02:00',
  },
  color: {
    isValid: ifText(isRgbColor),
    message: 'must be a color as pass.json has it, such as rgb(30, 64, 175)',
  },
  url: {
    isValid: ifText((value) => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(value) && URL.canParse(value)),
    message: 'must be a URL such as https://club.example/tickets',
  },
  currency: {
    isValid: ifText(isCurrency),
    message: 'must be a currency of ISO 4217, such as EUR',
  },
  uuid: {
    isValid: ifText((value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)),
    message: 'must be a UUID such as 5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  },
  json: { isValid: () => true, message: '' },
}

function findObjectIssues(
  { keys, required = [] }: Extract<Shape, { type: 'object' }>,
  value: unknown,
  path: string,
): ShapeIssue[] {
  if (!isObject(value)) return issueIf(true, 'type', path, 'must be an object')
  const missing = required.filter((key) => value[key] === undefined)
  return [
    ...missing.flatMap((key) => issueIf(true, 'missing', join(path, key), 'is required')),
    ...Object.entries(value).flatMap(([key, each]) => {
      if (each === undefined) return []
      const shape = Object.hasOwn(keys, key) ? keys[key] : undefined
      return shape
        ? findShapeIssues(shape, each, join(path, key))
        : issueIf(true, 'unknown', join(path, key), 'is not a key of Apple’s; leave it out')
    }),
  ]
}

function findListIssues(
  { of, max, min = 0 }: Extract<Shape, { type: 'list' }>,
  value: unknown,
  path: string,
): ShapeIssue[] {
  if (!Array.isArray(value)) return issueIf(true, 'type', path, 'must be a list')
  return [
    ...issueIf(value.length > max, 'range', path, `must have ${max} entries or fewer`),
    ...issueIf(value.length < min, 'range', path, `must have ${min} entries or more`),
    // What is beyond the limit is reported once, not entry by entry.
    ...value.slice(0, max).flatMap((each, index) => findShapeIssues(of, each, `${path}[${index}]`)),
  ]
}

function findNumberIssues(
  { type, min = -Infinity, max = Infinity }: Extract<Shape, { type: 'number' | 'integer' }>,
  value: unknown,
  path: string,
): ShapeIssue[] {
  const isNumber = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== 'number' || !isNumber) {
    const message = type === 'integer' ? 'must be a whole number' : 'must be a number'
    return issueIf(true, 'type', path, message)
  }
  const bounds = max === Infinity ? `must be at least ${min}` : `must be between ${min} and ${max}`
  return issueIf(value < min || value > max, 'range', path, bounds)
}

/** Finds the values that need a feature of a plan, each with its path. */
export function findFeatures(
  shape: Shape,
  value: unknown,
  path: string,
): { path: string; feature: PlanFeature }[] {
  if (value === undefined || value === null) return []
  if (shape.feature) return [{ path, feature: shape.feature }]
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.flatMap((each, index) => findFeatures(shape.of, each, `${path}[${index}]`))
  }
  if (shape.type !== 'object' || !isObject(value)) return []
  return Object.entries(shape.keys).flatMap(([key, each]) =>
    findFeatures(each, value[key], join(path, key)),
  )
}

function issueIf(
  applies: boolean,
  reason: ShapeIssue['reason'],
  path: string,
  message: string,
): ShapeIssue[] {
  return applies ? [{ reason, path, message }] : []
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function countBytes(value: string): number {
  return new TextEncoder().encode(value).length
}
