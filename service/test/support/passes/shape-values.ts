import type { Shape } from '@passwright/shared/schema'
import fc from 'fast-check'

/** One value of a shape with every key that it has. */
export function buildSample(shape: Shape): unknown {
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.keys).map(([key, each]) => [key, buildSample(each)]),
      )
    case 'list':
      return [buildSample(shape.of)]
    case 'choice':
      return shape.choices[0]
    case 'number':
    case 'integer':
      return Math.max(shape.min ?? 1, Math.min(shape.max ?? 1, 1))
    default:
      return samples[shape.type]
  }
}

type PlainType = Exclude<Shape['type'], 'object' | 'list' | 'choice' | 'number' | 'integer'>

const samples: Record<PlainType, unknown> = {
  text: 'Text',
  boolean: true,
  date: '2027-06-05T19:30:00+02:00',
  color: 'rgb(30, 64, 175)',
  url: 'https://club.example/tickets',
  currency: 'EUR',
  uuid: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
  textOrNumber: 'Text',
  json: { any: ['thing', null] },
}

/** Any values of a shape. */
export function anyValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'object': {
      const values: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
        Object.entries(shape.keys).map(([key, each]) => [key, anyValue(each)]),
      )
      return fc.record(values, { requiredKeys: [...(shape.required ?? [])] })
    }
    case 'list':
      return fc.array(anyValue(shape.of), { maxLength: Math.min(shape.max, 2) })
    case 'choice':
      return fc.constantFrom(...shape.choices)
    case 'number':
    case 'integer':
      return fc.integer({ min: shape.min ?? -1000, max: shape.max ?? 1000 })
    default:
      return plain[shape.type]
  }
}

const someText = fc
  .string({ unit: 'binary', maxLength: 16 })
  .map((text) => text.replaceAll('\0', ''))

const plain: Record<PlainType, fc.Arbitrary<unknown>> = {
  text: someText,
  boolean: fc.boolean(),
  date: fc.constantFrom('2027-06-05T19:30+02:00', '1990-05-17T00:00:00Z'),
  color: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rgb) => `rgb(${rgb.join(', ')})`),
  url: fc.constantFrom('https://club.example/x?y=%20', 'tel:+431234567', 'club-app:open'),
  currency: fc.constantFrom('EUR', 'JPY'),
  uuid: fc.uuid(),
  textOrNumber: fc.oneof(someText, fc.integer()),
  json: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value))),
}
