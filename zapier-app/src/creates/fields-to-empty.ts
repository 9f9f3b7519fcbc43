import { fields, findChoice, isEmpty } from '@passwright/shared'
import type { PlainInputField, ZObject } from 'zapier-platform-core'
import { createHalt } from '../plain-error.ts'

/** Fields that an update cannot change: the identity of the pass, and the email, which an update does not send. */
export const unchangeable = ['externalId', 'passTypeIdentifier', 'email']

const changeable = fields.filter(({ key }) => !unchangeable.includes(key))

/** The input field that removes fields from a pass. */
export const fieldsToEmpty: PlainInputField = {
  key: 'clear',
  label: 'Fields to Empty',
  type: 'string',
  list: true,
  choices: Object.fromEntries(changeable.map(({ key, label }) => [key, label])),
  helpText:
    'The fields to remove from the pass. Other fields that you leave empty keep their values.',
  group: 'reference',
}

/**
 * Reads the fields to empty: choices, or a text with keys or labels and commas. Returns a merge patch
 * that removes them, with those that say nothing without them; halts the run if there is no such field.
 */
export function readFieldsToEmpty(z: ZObject, value: unknown): Record<string, null> {
  const names = (Array.isArray(value) ? value : [value])
    .flatMap((each) => String(each ?? '').split(','))
    .filter((name) => !isEmpty(name))
  const keys = names.map((name) => findKey(name) ?? refuse(z, name))
  const removed = changeable.filter(
    ({ key, needs }) => keys.includes(key) || (needs !== undefined && keys.includes(needs)),
  )
  return Object.fromEntries(removed.map(({ path }) => [path, null]))
}

function findKey(name: string): string | undefined {
  const keys = changeable.map(({ key }) => key)
  const labels = changeable.map(({ label }) => label)
  const label = findChoice(name, labels)
  return findChoice(name, keys) ?? changeable.find((field) => field.label === label)?.key
}

function refuse(z: ZObject, name: string): never {
  const labels = changeable.map(({ label }) => label).join(', ')
  throw createHalt(
    z,
    `Fields to Empty: "${name.trim()}" is no field that can be emptied; choose among ${labels}.`,
  )
}
