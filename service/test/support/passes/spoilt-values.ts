import type { Shape } from '@passwright/shared/schema'

type Body = Record<string, unknown>

type PlainType = Exclude<
  Shape['type'],
  'object' | 'list' | 'choice' | 'number' | 'integer' | 'json'
>

/** Values that a type does not have. */
const wrong: Record<PlainType, readonly unknown[]> = {
  text: [7, true, ['Text'], { text: 'Text' }],
  boolean: ['true', 1],
  date: ['soon', '2027-02-30T19:30:00Z', '2027-06-05', '2027-06-05T19:30', 1780680600],
  color: ['#1e40af', 'rgb(256, 0, 0)', 'rgb(1,2)', 'red'],
  url: ['club.example', 'https://', 'https://club example/', 7],
  currency: ['EURO', 'eur', 'XYZ', 978],
  uuid: ['5f1c2a54', '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e7g', 1],
  textOrNumber: [true, ['Text'], { text: 'Text' }],
}

/** Values that a shape refuses, each wrong in one place, and the path of that place after that of the value. */
export function listSpoiltValues(shape: Shape, sample: unknown): { at: string; value: unknown }[] {
  switch (shape.type) {
    case 'json':
      return []
    case 'choice':
      return [
        { at: '', value: 'PKNoSuchThing' },
        { at: '', value: 1 },
      ]
    case 'number':
    case 'integer':
      return [
        'many',
        ...(shape.type === 'integer' ? [1.5] : []),
        ...(shape.min === undefined ? [] : [shape.min - 1]),
        ...(shape.max === undefined ? [] : [shape.max + 1]),
      ].map((value) => ({ at: '', value }))
    case 'list': {
      const [first] = Array.isArray(sample) ? sample : []
      return [
        { at: '', value: 'no list' },
        // Whole entries would make a body that is too large for any request.
        { at: '', value: Array.from({ length: shape.max + 1 }, () => 0) },
        ...listSpoiltValues(shape.of, first).map(({ at, value }) => ({
          at: `[0]${at}`,
          value: [value],
        })),
      ]
    }
    case 'object': {
      const given: Body = { ...Object(sample) }
      return [
        { at: '', value: 'no object' },
        { at: '.noSuchKey', value: { ...given, noSuchKey: 1 } },
        ...(shape.required ?? []).map((key) => ({
          at: `.${key}`,
          value: Object.fromEntries(Object.entries(given).filter(([each]) => each !== key)),
        })),
        ...Object.entries(shape.keys).flatMap(([key, of]) =>
          listSpoiltValues(of, given[key]).map(({ at, value }) => ({
            at: `.${key}${at}`,
            value: { ...given, [key]: value },
          })),
        ),
      ]
    }
    default:
      return wrong[shape.type].map((value) => ({ at: '', value }))
  }
}
