import { isObject } from '@passwright/shared'
import {
  type FieldGroup,
  fieldGroups,
  frontLimits,
  isInstant,
  type Style,
  showsDate,
} from '@passwright/shared/schema'
import { findIgnoredProperties, type PlacedField } from '../../warnings/ignored-properties.ts'
import { createFinding, type Finding, type FindingCode, findIf } from '../report/findings.ts'

type PassJson = Record<string, unknown>

interface FoundField extends PlacedField {
  path: string
}

/** Verifies the rules between and inside the fields of a style; their types are verified before. */
export function verifyFields(style: Style, passJson: PassJson): Finding[] {
  const fields = listFields(style, passJson[style])
  return [
    ...findDuplicateKeys(fields),
    ...fields.flatMap(verifyField),
    ...fieldGroups.flatMap((group) => verifyCount(style, group, fields)),
  ]
}

function listFields(style: Style, dictionary: unknown): FoundField[] {
  if (!isObject(dictionary)) return []
  return fieldGroups.flatMap((group) => {
    const entries: unknown = dictionary[group]
    if (!Array.isArray(entries)) return []
    return entries.flatMap((field: unknown, index) =>
      isObject(field) ? [{ path: `${style}.${group}[${index}]`, group, style, field }] : [],
    )
  })
}

function findDuplicateKeys(fields: readonly FoundField[]): Finding[] {
  const seen = new Map<unknown, string>()
  return fields.flatMap(({ path, field: { key } }) => {
    const first = seen.get(key)
    seen.set(key, first ?? path)
    const message = `${path}.key is ${JSON.stringify(key)}, as that of ${first}.`
    return findIf(
      typeof key === 'string' && first !== undefined,
      'field_key_duplicate',
      `${path}.key`,
      message,
    )
  })
}

interface FieldRule {
  code: FindingCode
  property: string
  applies: (placed: FoundField) => boolean
  /** What is wrong, after the path of the property. */
  says: string
}

/** One row for each rule; a rule of a property applies only where the property is given. */
const fieldRules: readonly FieldRule[] = [
  {
    code: 'date_form',
    property: 'value',
    applies: ({ field }) => showsDate(field) && !isInstant(String(field.value)),
    says: 'must be a date with time and offset, because the field has a dateStyle or timeStyle',
  },
  {
    code: 'value_type',
    property: 'value',
    applies: ({ field: { value, numberStyle, currencyCode } }) =>
      (numberStyle !== undefined || currencyCode !== undefined) && typeof value === 'string',
    says: 'must be a number without quotes, because the field has a numberStyle or currencyCode',
  },
  {
    code: 'currency_and_number_style',
    property: 'currencyCode',
    applies: ({ field }) => field.numberStyle !== undefined,
    says: 'stands beside a numberStyle',
  },
]

function verifyField(placed: FoundField): Finding[] {
  const broken = fieldRules.flatMap(({ code, property, applies, says }) => {
    const path = `${placed.path}.${property}`
    const isBroken = placed.field[property] !== undefined && applies(placed)
    return findIf(isBroken, code, path, `${path} ${says}.`)
  })
  const ignored = findIgnoredProperties(placed).map(({ property, message }) => {
    const path = `${placed.path}.${property}`
    const code = property === 'changeMessage' ? 'change_message' : 'property_ignored'
    return createFinding(code, path, `${path} ${message}.`)
  })
  return [...broken, ...ignored]
}

function verifyCount(style: Style, group: FieldGroup, fields: readonly FoundField[]): Finding[] {
  if (group === 'backFields') return []
  const shown = frontLimits[style][group]
  const { length } = fields.filter((placed) => placed.group === group)
  if (length <= shown) return []
  const path = `${style}.${group}[${shown}]`
  const message = `Wallet shows ${shown} ${group} of a ${style}, and the pass has ${length}.`
  return [createFinding('fields_hidden', path, message)]
}
