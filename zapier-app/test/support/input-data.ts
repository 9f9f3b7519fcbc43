import { createRequire } from 'node:module'
import { fields } from '@passwright/shared'
import type { Data } from './fixtures.ts'

/** An input field of the app's definition, as far as Zapier converts its value. */
export interface TypedField {
  key: string
  type?: string
  children?: TypedField[]
}

const require = createRequire(import.meta.url)
/** What Zapier does with the values of typed inputs before an app runs, in the words of its own command line. */
const resolveInputDataTypes =
  require('zapier-platform-cli/src/oclif/commands/invoke/input-types.js') as (
    inputData: Data,
    inputFields: TypedField[],
    timeZone: string,
  ) => Data

/** Converts the texts of typed inputs as Zapier does: `n/a` in a date becomes now, `48,2` in a number 48. */
export function convertAsZapier(inputData: Data, inputFields: TypedField[], timeZone: string) {
  const convert = (values: Data, among: TypedField[]): Data => {
    const flat = among.map(({ children: _, ...field }) => field)
    const texts = Object.fromEntries(
      Object.entries(values).filter(([, value]) => typeof value === 'string' && value !== ''),
    )
    return { ...values, ...resolveInputDataTypes(texts, flat, timeZone) }
  }
  const converted = convert(inputData, inputFields)
  for (const { key, children } of inputFields) {
    const entries = converted[key]
    if (!children || !Array.isArray(entries)) continue
    converted[key] = entries.map((entry) => (entry === null ? null : convert(entry, children)))
  }
  return converted
}

/** Converts the values of a shared form to the flat input data of a step. */
export function toInputData(values: Data): Data {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const kind = fields.find((field) => field.key === key)?.kind
      const flatten = (entry: unknown) =>
        Object.entries(entry as Data).map(([item, each]) => [`${key}_${item}`, each])
      if (kind === 'object' && typeof value === 'object' && value !== null) return flatten(value)
      return kind === 'list' && Array.isArray(value)
        ? [[key, value.map((entry) => entry && Object.fromEntries(flatten(entry)))]]
        : [[key, value]]
    }),
  )
}
