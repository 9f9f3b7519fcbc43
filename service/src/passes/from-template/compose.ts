import { isObject } from '@passwright/shared'
import { type FilledBody, fillBody } from '../../templates/filling/fill.ts'
import { withDefaults } from '../../templates/filling/values.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { applyMergePatch } from '../../text/merge-patch.ts'
import type { PassOrigin } from '../store/pass.ts'

type Body = Record<string, unknown>

/** Of two fields that say the same thing in two ways, what is set beside a template wins over its own. */
const alternatives = [
  ['expirationDate', 'expirationDays'],
  ['expirationDays', 'expirationDate'],
  ['colorPreset', 'color'],
] as const

/** The body that a template makes of values, with what was set beside them. */
export function composeBody(
  { pass, inputs }: Pick<TemplateVersion, 'pass' | 'inputs'>,
  { values, beside }: Pick<PassOrigin, 'values' | 'beside'>,
): FilledBody {
  const { body, places } = fillBody(pass, withDefaults(inputs, values))
  const left = alternatives.flatMap(([name, other]) => (isSet(beside, name) ? [other] : []))
  const own = Object.fromEntries(
    Object.entries(body).filter(([name]) => !left.some((each) => each === name)),
  )
  const composed = applyMergePatch(own, beside)
  return {
    body: isObject(composed) ? composed : own,
    places: places.filter(({ path }) => !isReplaced(beside, path)),
  }
}

function isSet(body: Body, name: string): boolean {
  return body[name] !== undefined && body[name] !== null
}

/** Whether a merge patch has another value for a place, or for one around it. */
function isReplaced(patch: unknown, [name, ...inner]: readonly (string | number)[]): boolean {
  if (name === undefined || !isObject(patch)) return true
  return Object.hasOwn(patch, name) && isReplaced(Reflect.get(patch, name), inner)
}

/** Two merge patches as one: the later one wins, and what it removes stays removed. */
export function composePatches(earlier: Body, later: Body): Body {
  const composed = new Map(Object.entries(earlier))
  for (const [name, value] of Object.entries(later)) {
    const before = composed.get(name)
    composed.set(
      name,
      isObject(value) ? composePatches(isObject(before) ? before : {}, value) : value,
    )
  }
  for (const [name, other] of alternatives) if (isSet(later, name)) composed.delete(other)
  return Object.fromEntries(composed)
}

/** Fields that are no content of a pass, or never change: they are not remembered as set beside it. */
const passing = ['email', 'externalId', 'passTypeIdentifier', 'template', 'values']

/** What is remembered of the fields beside a template. */
export function toBeside(fields: Body): Body {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !passing.includes(name)))
}
