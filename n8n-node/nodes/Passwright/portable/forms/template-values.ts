// A copy of shared/src/portable/forms/template-values.ts, made by "npm run sync": change it there.

import { type Issue, Problem, toInvalidRequest } from '../api/problem'
import type { ItemField } from '../fields/field'
import { assembleRows, type FormValues, isObject } from './assemble'
import { isEmpty } from './blanks'

/** What a form needs to know of an input of a template to read its value. */
export interface FormInput {
  key: string
  label?: string | undefined
  /** Text when absent. */
  type?: string | undefined
  choices?: readonly string[] | undefined
  /** True when absent. */
  required?: boolean | undefined
  default?: string | number | undefined
  /** Keys that the input had before. */
  aliases?: readonly string[] | undefined
}

/** How the value of each type of input is read; every other type is a text. A text may become an ID or a barcode: blanks around it do not count. */
const rowsByType: Record<string, Partial<ItemField> & Pick<ItemField, 'kind'>> = {
  number: { kind: 'number' },
  date: { kind: 'instant', keepsDay: true },
  choice: { kind: 'choice' },
  image: { kind: 'image' },
  email: { kind: 'text', isExact: true },
}

/**
 * Reads the values that a form has for the inputs of a template, as people write them; empty ones are
 * left out, and a key that no input has is kept for the service to name. Throws `invalid_request` with
 * one issue at `values.key` for each value that cannot be read, or could be read in two ways. Of a new
 * pass it then names the required values that are missing too, which otherwise the service does.
 */
export function readTemplateValues(
  values: FormValues,
  inputs: readonly FormInput[],
  timeZone: string,
  pass: 'new' | 'either',
): Record<string, unknown> {
  const given: FormValues = {}
  const unknown: FormValues = {}
  for (const [key, value] of Object.entries(values)) {
    if (isEmpty(value)) continue
    const input = findTemplateInput(key, inputs)
    const among = input === undefined ? unknown : given
    among[input?.key ?? key] = toPlainText(value)
  }
  const items = inputs.map(toRow)
  const row = { ...toRow({ key: 'values' }), kind: 'object' as const, items }
  try {
    const read = assembleRows({ values: given }, [row], { timeZone }).values
    return { ...unknown, ...(isObject(read) ? read : {}) }
  } catch (error) {
    const missing = pass === 'new' ? inputs.filter((input) => isMissing(input, given)) : []
    throw addMissing(error, missing)
  }
}

function isMissing({ key, required, default: fallback }: FormInput, given: FormValues): boolean {
  return required !== false && isEmpty(fallback) && isEmpty(given[key])
}

/** Adds the missing values to an error about those that cannot be read. */
function addMissing(error: unknown, missing: readonly FormInput[]): unknown {
  if (!(error instanceof Problem)) return error
  const added = missing.map(({ key }): Issue => ({ path: `values.${key}`, message: 'is required' }))
  return toInvalidRequest([...(error.issues ?? []), ...added])
}

/** Finds an input by its key, or by one that it had before. */
export function findTemplateInput<Input extends FormInput>(
  key: string,
  inputs: readonly Input[],
): Input | undefined {
  return (
    inputs.find((input) => input.key === key) ??
    inputs.find(({ aliases = [] }) => aliases.includes(key))
  )
}

/** What forms and messages call an input. */
export function toInputLabel({ key, label }: FormInput): string {
  return isEmpty(label) ? key : String(label)
}

/** Shortens what the service says of a value for a form, which shows the label before it and the inputs around it. */
export function shortenInputMessage(message: string, label: string): string {
  return message.replace(`(${label}) `, '').replace(/; the inputs of this template are .*$/s, '')
}

function toRow({ key, type = 'text', label = key, choices }: FormInput): ItemField {
  const row = rowsByType[type] ?? { kind: 'text' as const, isExact: true as const }
  return { key, path: key, label, help: '', sample: '', ...(choices && { choices }), ...row }
}

/** A check box of a form or a sheet is a text on the pass. */
function toPlainText(value: unknown): unknown {
  return typeof value === 'boolean' ? String(value) : value
}
