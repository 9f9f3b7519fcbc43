import { trimBlanks } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'

/** The fields with which a form opens, besides the required ones; all others follow when *More Fields* is on. */
const firstKeys = [
  'title',
  'label',
  'value',
  'barcodeValue',
  'barcodeFormat',
  'colorPreset',
  'logoURL',
  'expirationDate',
  'email_to',
  'email_name',
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

/** Builds the input fields of a form that opens short: the first ones, the switch, and a function for the rest. */
export function withMoreFields(all: PlainInputField[], last: PlainInputField[] = []) {
  const isFirst = ({ key, required }: PlainInputField) => required || firstKeys.includes(key)
  const rest = all.filter((field) => !isFirst(field))
  return [
    ...all.filter(isFirst),
    ...last,
    { ...moreFields, group: 'more' },
    (_z: ZObject, { inputData }: Bundle) => (isOn(inputData.moreFields) ? rest : []),
  ]
}

/** Whether a switch is on: Zapier hands on a boolean, or the text that was mapped. */
export function isOn(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  return ['true', 'yes', '1'].includes(trimBlanks(String(value ?? '')).toLowerCase())
}
