import {
  type AssembleOptions,
  assemble,
  type Field,
  type FormValues,
  fields,
  isEmpty,
  isObject,
  Problem,
} from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { toZapierError } from './errors.ts'
import { toItemKey } from './input-fields.ts'
import { omitHiddenValues } from './more-fields.ts'
import { getTimeZone } from './time-zone.ts'

/** Reads the inputs of a step as people write them, and builds the request; throws for all that cannot be read. */
export function readForm(
  z: ZObject,
  bundle: Bundle,
  { pass = 'new' }: Pick<AssembleOptions, 'pass'> = {},
): Record<string, unknown> {
  try {
    return assemble(toFormValues(omitHiddenValues(bundle.inputData)), {
      timeZone: getTimeZone(bundle),
      pass,
    })
  } catch (error) {
    throw error instanceof Problem ? toZapierError(z, error) : error
  }
}

/** Converts the flat input data of a step to the form values that `assemble` takes: with nested objects and lists. */
export function toFormValues(inputData: FormValues): FormValues {
  return Object.fromEntries(fields.map((field) => [field.key, toFormValue(field, inputData)]))
}

function toFormValue(field: Field, inputData: FormValues): unknown {
  const { key, kind, items = [] } = field
  const toObject = (entry: unknown) =>
    Object.fromEntries(
      items.map((item) => [item.key, isObject(entry) ? entry[toItemKey(key, item)] : undefined]),
    )
  if (kind === 'object') return toObject(inputData)
  if (kind !== 'list') return inputData[key]
  const entries = inputData[key]
  if (Array.isArray(entries)) return entries.map(toObject)
  // A single line item may come without its list, with its inputs beside the others.
  return isEmpty(entries) ? [toObject(inputData)] : entries
}
