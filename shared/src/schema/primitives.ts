import { type Field, findField, type ItemField } from '@passwright/shared'
import { z } from 'zod'
import { findSample } from './pass/samples.ts'

/** The languages of emails and pages. */
export const locales = ['en', 'de'] as const

export const Locale = z.enum(locales)
export type Locale = z.infer<typeof Locale>

/** The label above a title that stands alone, by the language of the pass. */
export const cardLabels: Record<Locale, string> = { en: 'CARD', de: 'KARTE' }

/** An instant in our own JSON: ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 })

/** A text of at most `max` characters, counted as Unicode code points. */
export function text(max: number) {
  return z
    .string()
    .refine((value) => countCharacters(value) <= max, {
      error: `must be ${max} characters or less`,
    })
    .meta({ maxLength: max })
}

/** A text of at most `max` characters that is not blank. */
export function filledText(max: number) {
  return text(max)
    .refine((value) => value.trim() !== '', {
      error: ({ path }) => {
        const sample = findSample(path)
        return `must not be blank${sample === undefined ? '' : `; write a text such as ${sample}`}`
      },
    })
    .meta({ maxLength: max, minLength: 1 })
}

function countCharacters(value: string): number {
  // A code point has two UTF-16 units at most, so a text this long exceeds every `max`.
  return value.length > 1_000_000 ? value.length : [...value].length
}

/** A number between two bounds, both included; the message names both. */
export function withRange<T extends z.ZodNumber>(schema: T, min: number, max: number): T {
  const error = `must be between ${min} and ${max}`
  return schema.min(min, { error }).max(max, { error })
}

/** One of a table's keys. */
export function enumOfKeys<T extends Record<string, unknown>>(table: T) {
  return z.enum(Object.keys(table) as [Extract<keyof T, string>, ...Extract<keyof T, string>[]])
}

/**
 * Adds the label, help and sample of a field in `fields.ts` to a schema, for the documentation.
 * The path is a property of the request, or `locations.latitude` for a field inside a list.
 */
export function describeField<T extends z.ZodType>(path: string, schema: T): T {
  const { label, help, sample } = getField(path)
  return schema.meta({ ...schema.meta(), title: label, description: help, examples: [sample] })
}

function getField(path: string): Field | ItemField {
  const [property = '', key] = path.split('.')
  const field = findField(property)
  const found = key === undefined ? field : field?.items?.find((item) => item.key === key)
  if (!found) throw new Error(`fields.ts has no row for ${path}`)
  return found
}
