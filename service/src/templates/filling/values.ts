import { findChoice, type Issue, trimBlanks } from '@passwright/shared'
import { EmailAddress, type InputType, isDate } from '@passwright/shared/schema'
import type { Input, Values } from '../store/template.ts'
import { toText } from './placeholders.ts'

/** What was given for the inputs of a template, and what is wrong with it. */
export interface ReadValues {
  values: Values
  /** At `values.key`. */
  issues: Issue[]
}

export interface ReadOptions {
  /** Values whose input is gone are no mistake, such as those that were given for an earlier version. */
  ignoresUnknown?: boolean
}

/** Reads the values for the inputs of a template: under a key or an alias, empty ones are not given. */
export function readValues(
  inputs: readonly Input[],
  given: Readonly<Record<string, unknown>>,
  { ignoresUnknown = false }: ReadOptions = {},
): ReadValues {
  const known = `; the inputs of this template are ${describeInputs(inputs)}`
  const issues: Issue[] = []
  const values = new Map<string, string | number>()
  const report = (key: string, label: string, message: string) =>
    issues.push({
      path: `values.${key}`,
      message: `${label === '' || label === key ? '' : `(${label}) `}${message}${known}`,
    })
  for (const [key, value] of Object.entries(given)) {
    if (isBlank(value)) continue
    const input = findInput(inputs, key)
    if (!input) {
      if (!ignoresUnknown) report(key, '', 'is not an input of this template')
      continue
    }
    if (input.key !== key && !isBlank(given[input.key])) {
      if (!ignoresUnknown) report(key, '', `is another name of ${input.key}; give one of the two`)
      continue
    }
    const read = readValue(input, value)
    if ('value' in read) values.set(input.key, read.value)
    else report(key, input.label, read.message)
  }
  const wrong = new Set(issues.map(({ path }) => path))
  for (const { key, label, required, aliases = [], default: standard } of inputs) {
    const isWrong = [key, ...aliases].some((name) => wrong.has(`values.${name}`))
    if (required && standard === undefined && !values.has(key) && !isWrong) {
      report(key, label, 'is required')
    }
  }
  return { values: Object.fromEntries(values), issues }
}

/** The values that placeholders are filled in with: those given, else the defaults. */
export function withDefaults(inputs: readonly Input[], values: Values): Values {
  const defaults = inputs.flatMap((input) =>
    input.default === undefined ? [] : [[input.key, input.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...values }
}

/** Finds the input of a key, or of one that it had before. */
export function findInput(inputs: readonly Input[], key: string): Input | undefined {
  return (
    inputs.find((input) => input.key === key) ??
    inputs.find(({ aliases = [] }) => aliases.includes(key))
  )
}

/** Whether a value says nothing. */
export function isBlank(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'string' && trimBlanks(value) === '')
  )
}

/** Few enough to be read in an error. */
const MAX_NAMED = 20

function describeInputs(inputs: readonly Input[]): string {
  const names = inputs
    .slice(0, MAX_NAMED)
    .map(({ key, label }) => (label === key ? key : `${key} (${label})`))
  const others = inputs.length - names.length
  if (names.length === 0) return 'none'
  return names.join(', ') + (others > 0 ? ` and ${others} more` : '')
}

type ReadValue = { value: string | number } | { message: string }

/** Reads one value as its type has it. */
export function readValue(input: Input, value: unknown): ReadValue {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return { message: 'must be a text or a number' }
  }
  return readers[input.type](value, input)
}

const plainNumber = /^[+-]?\d+(?:\.\d+)?$/

const readers: Record<InputType, (value: string | number, input: Input) => ReadValue> = {
  text: (value) => ({ value }),
  number: (value) => {
    if (typeof value === 'number') return { value }
    const text = trimBlanks(value)
    return plainNumber.test(text)
      ? { value: Number(text) }
      : { message: 'must be a number, such as 48.5' }
  },
  date: (value) => {
    const text = trimBlanks(toText(value))
    return isDate(text)
      ? { value: text }
      : {
          message:
            'must be a day such as 2027-03-05, or a date with time and offset such as 2027-06-05T19:30:00+02:00',
        }
  },
  choice: (value, { choices = [] }) => {
    const choice = choices.find((each) => each === value) ?? findChoice(toText(value), choices)
    return choice === undefined
      ? { message: `must be one of: ${choices.join(', ')}` }
      : { value: choice }
  },
  image: (value) => {
    const text = trimBlanks(toText(value))
    return /^(?:https?:\/\/|data:image\/)/i.test(text)
      ? { value: text }
      : {
          message:
            'must be the address of an image, beginning with https:// or http://, or the image itself, beginning with data:image/png;base64,',
        }
  },
  email: (value) => {
    const address = EmailAddress.safeParse(toText(value))
    return address.success
      ? { value: address.data }
      : { message: 'must be one e-mail address, such as ada@example.com' }
  },
}
