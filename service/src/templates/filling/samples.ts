import { isObject } from '@passwright/shared'
import { instantSample } from '@passwright/shared/schema'
import type { Input, Values } from '../store/template.ts'
import { listPlaceholders, type Path, readWholePlaceholder } from './placeholders.ts'
import { findPlace, isInField, readValueStyle } from './places.ts'
import { isBlank, readValue } from './values.ts'

/** One transparent pixel: a picture that needs no fetching. */
export const sampleImage =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII='

/** A value for every input: its sample, its default, or one that fits the places that ask for it. */
export function buildSampleValues(
  pass: Readonly<Record<string, unknown>>,
  inputs: readonly Input[],
): Values {
  const fitting = findFittingSamples(pass)
  return Object.fromEntries(
    inputs.map((input) => {
      const given = [input.sample, input.default].find((value) => !isBlank(value))
      const read = given === undefined ? undefined : readValue(input, given)
      const value = read && 'value' in read ? read.value : undefined
      return [input.key, value ?? samplesByType[input.type](input, fitting.get(input.key))]
    }),
  )
}

type Sample = string | number | undefined

const samplesByType: Record<Input['type'], (input: Input, fitting: Sample) => string | number> = {
  text: ({ key }, fitting) => fitting ?? key,
  number: (_, fitting) => (typeof fitting === 'number' ? fitting : 1),
  date: () => instantSample,
  choice: ({ choices = [], key }) => choices[0] ?? key,
  image: () => sampleImage,
  email: () => 'ada@example.com',
}

/** What the strictest place of each key takes. */
function findFittingSamples(pass: Readonly<Record<string, unknown>>): Map<string, string | number> {
  const samples = new Map<string, string | number>()
  const visit = (value: unknown, path: Path, around: unknown): void => {
    if (typeof value === 'string') {
      const whole = readWholePlaceholder(value, path)
      const keys = whole === undefined ? listPlaceholders(value, path) : [whole]
      for (const key of keys) {
        const sample = findSampleOfPlace(path, around, whole !== undefined)
        if (sample !== undefined && !samples.has(key)) samples.set(key, sample)
      }
    } else if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) visit(entry, [...path, index], value)
    } else if (isObject(value)) {
      for (const [name, entry] of Object.entries(value)) visit(entry, [...path, name], value)
    }
  }
  visit(pass, [], undefined)
  return samples
}

const anyText = ['text', 'longText', 'textOrNumber', 'json', 'pairs', 'object', 'list']

const samplesByStyle = { number: 120, date: instantSample }

/** What a place takes that does not take any text; undefined where any will do. */
function findSampleOfPlace(path: Path, around: unknown, isWhole: boolean): Sample {
  const place = findPlace(path)
  if (path[0] === 'barcodeValue') return '1042'
  if (!isWhole) return undefined
  if (path[0] === 'email' && path[1] === 'to') return 'ada@example.com'
  if (isInField(path, 'value')) {
    const style = readValueStyle(around)
    return style && samplesByStyle[style]
  }
  if (place?.kind === 'image') return sampleImage
  if (!place || anyText.includes(place.kind)) return undefined
  return typeof place.sample === 'number' ? place.sample : String(place.sample)
}
