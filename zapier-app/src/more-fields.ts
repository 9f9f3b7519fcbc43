import { fields, findChoice, isEmpty, trimBlanks } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'

/** The fields with which a form opens, besides the required ones; all others follow when *More Fields* is on. */
const firstKeys = [
  'style',
  'title',
  'label',
  'value',
  'barcodeValue',
  'barcodeFormat',
  'colorPreset',
  'logoURL',
  'expirationDate',
  'email_to',
  'externalId',
]

const moreFields: PlainInputField = {
  key: 'moreFields',
  label: 'More Fields',
  type: 'boolean',
  altersDynamicFields: true,
  helpText:
    'Choose True to show all that a pass can say: colors, more fields with labels, locations, dates, your own data. Leave it on while you use them.',
}

/**
 * Builds the input fields of a form that opens short: the first ones, the switch, and a function for
 * the rest. What only some styles have follows as soon as one of them is chosen, and never for another;
 * the name of the recipient follows the address.
 */
export function withMoreFields(all: PlainInputField[], last: PlainInputField[] = []) {
  const isFirst = ({ key, required }: PlainInputField) => required || firstKeys.includes(key)
  const rest = all.filter((field) => !isFirst(field))
  return [
    ...all.filter(isFirst).map(withDynamicFields),
    ...last,
    { ...moreFields, group: 'more' },
    (_z: ZObject, { inputData }: Bundle) => {
      const style = readStyle(inputData.style)
      return isOn(inputData.moreFields)
        ? rest.filter(({ key }) => style === undefined || isOfStyle(key, style) !== false)
        : rest.filter(({ key }) => follows(key, inputData, style))
    },
  ]
}

/** What a field asks for as soon as it is filled in, by the key of the one that follows. */
const leaders: Record<string, string> = { email_name: 'email_to' }

function follows(key: string, inputData: Record<string, unknown>, style: string | undefined) {
  const leader = leaders[key]
  if (leader !== undefined) return !isEmpty(inputData[leader])
  return style !== undefined && isOfStyle(key, style)
}

function withDynamicFields(field: PlainInputField): PlainInputField {
  const isLeader = field.key === 'style' || Object.values(leaders).includes(field.key)
  return isLeader ? { ...field, altersDynamicFields: true } : field
}

/** The chosen style; undefined if it is not chosen yet, or decided by a value of each run. */
function readStyle(value: unknown): string | undefined {
  const { choices = [] } = fields.find(({ key }) => key === 'style') ?? {}
  return isEmpty(value) ? undefined : findChoice(String(value), choices)
}

/** Whether a field is one of those that only some styles have, and this is one of them; undefined for a field of all styles. */
function isOfStyle(key: string, style: string): boolean | undefined {
  return fields.find((field) => field.key === key)?.styles?.includes(style)
}

/** Whether a switch is on: Zapier hands on a boolean, or the text that was mapped. */
export function isOn(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  return ['true', 'yes', '1'].includes(trimBlanks(String(value ?? '')).toLowerCase())
}
