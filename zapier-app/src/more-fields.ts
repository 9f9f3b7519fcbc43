import { type FormValues, fields, findChoice, isEmpty, trimBlanks } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { buildTemplateFields, templateDropdown } from './template-fields.ts'
import { hasTemplate } from './template-values.ts'

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

const moreFieldsBesideTemplate: PlainInputField = {
  ...moreFields,
  helpText:
    'Choose True to show all that a pass can say. What you fill in there wins over the template. Leave it on while you use it.',
}

/** Which fields a form has around those of the pass. */
export interface FormParts {
  /** Whether the step makes a pass, or changes one that is there. */
  pass: 'new' | 'existing'
  /** The fields at the end of the first ones, which the form shows only without a template. */
  last?: PlainInputField[]
}

/**
 * Builds the input fields of a form that opens short: the required ones, the template, and a function
 * for the rest. Without a template these are the first fields, the switch, and all others when it is on.
 * What only some styles have follows as soon as one of them is chosen, and never for another; the name
 * of the recipient follows the address. With a template, its inputs take the place of the first fields.
 */
export function withMoreFields(all: PlainInputField[], { pass, last = [] }: FormParts) {
  const always = all.filter(({ required }) => required)
  const others = all.filter(({ required }) => !required)
  const isFirst = ({ key }: PlainInputField) => firstKeys.includes(key)
  const first = others.filter(isFirst).map(withDynamicFields)
  const rest = others.filter((field) => !isFirst(field))
  const isBeside = ({ key }: PlainInputField) => besideKeys.includes(key)
  return [
    ...always,
    templateDropdown,
    async (z: ZObject, bundle: Bundle): Promise<PlainInputField[]> => {
      const { inputData } = bundle
      const style = readStyle(inputData.style)
      const hasMore = isOn(inputData.moreFields)
      const shown = rest.filter(({ key }) =>
        hasMore
          ? style === undefined || isOfStyle(key, style) !== false
          : follows(key, inputData, style),
      )
      if (!hasTemplate(bundle)) return [...first, ...last, inMore(moreFields), ...shown]
      const own = await buildTemplateFields(z, bundle, pass)
      const beside = [...first, ...shown].filter(isBeside)
      const replaceable = [...first, ...last, ...shown].filter((field) => !isBeside(field))
      return [...own, ...beside, inMore(moreFieldsBesideTemplate), ...(hasMore ? replaceable : [])]
    },
  ]
}

/** What a pass of a template has besides its design: who gets it, and what it is found by. */
const besideKeys = ['email_to', 'email_name', 'externalId']

/** Leaves out what a form with a template does not show: values from before the template was chosen. */
export function omitHiddenValues(inputData: FormValues): FormValues {
  if (isEmpty(inputData.template) || isOn(inputData.moreFields)) return inputData
  return Object.fromEntries(Object.entries(inputData).filter(([key]) => besideKeys.includes(key)))
}

const inMore = (field: PlainInputField): PlainInputField => ({ ...field, group: 'more' })

/** What a field asks for as soon as it is filled in, by the key of the one that follows. */
const leaders: Record<string, string> = { email_name: 'email_to' }

function follows(key: string, inputData: Record<string, unknown>, style: string | undefined) {
  const leader = leaders[key]
  if (leader !== undefined) return !isEmpty(inputData[leader])
  const isRare = fields.some((field) => field.key === key && field.group === 'apple')
  return style !== undefined && !isRare && isOfStyle(key, style)
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
