import { type FormValues, fields, isEmpty, isObject } from '@passwright/shared'

/** What a placeholder asks for. */
export interface Input {
  key: string
  label?: string
  type?: 'text' | 'number' | 'date' | 'choice' | 'image' | 'email'
  required?: boolean
  sample?: string | number
  default?: string | number
  choices?: string[]
  [property: string]: unknown
}

const placeholder = /\{\{\s*([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63})\s*\}\}/gu

/** Lists the keys of the placeholders in a value, each once, in the order in which they stand. */
export function findPlaceholders(value: unknown): string[] {
  const found = JSON.stringify(value ?? null).matchAll(placeholder)
  return [...new Set([...found].map(([, key = '']) => key))]
}

/** What stands for an input in the picture: its sample, else what its type allows. */
export function toSample({ key, label, sample, type = 'text', choices, ...input }: Input) {
  const given = sample === '' ? undefined : sample
  return given ?? input.default ?? choices?.[0] ?? samplesByType[type] ?? label ?? key
}

const samplesByType: Record<string, string | undefined> = {
  number: '1',
  date: '2030-01-31',
  email: 'ada@example.com',
  image: 'https://example.com/picture.png',
}

/** Puts the samples of inputs in place of their placeholders, in all texts of a value. */
export function fillSamples(value: unknown, inputs: ReadonlyMap<string, Input>): unknown {
  if (typeof value === 'string') {
    return value.replace(placeholder, (_, key: string) =>
      String(toSample(inputs.get(key) ?? { key })),
    )
  }
  if (Array.isArray(value)) return value.map((each) => fillSamples(each, inputs))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fillSamples(each, inputs)]),
  )
}

/**
 * Puts the placeholders back into a request that was assembled from filled values: what was typed with
 * braces stands as it was typed.
 */
export function restorePlaceholders(
  request: Record<string, unknown>,
  values: FormValues,
): Record<string, unknown> {
  const restored = fields.flatMap(({ key, path, kind, items = [] }) => {
    const typed = values[key]
    if (findPlaceholders(typed).length === 0) return []
    if (kind !== 'list' || !Array.isArray(typed)) return [[path, readJson(kind, typed)] as const]
    const main = items.find(({ makesEntry }) => makesEntry)?.key
    const kept = typed.filter((entry) => !isEmpty(main && isObject(entry) ? entry[main] : entry))
    const assembled = request[path]
    const entries = kept.map((entry, index) =>
      restoreEntry(entry, Array.isArray(assembled) ? assembled[index] : undefined),
    )
    return [[path, entries] as const]
  })
  return { ...request, ...Object.fromEntries(restored) }
}

function restoreEntry(typed: unknown, assembled: unknown): unknown {
  if (!isObject(typed) || !isObject(assembled)) return typed
  const withBraces = Object.entries(typed).filter(([, each]) => findPlaceholders(each).length > 0)
  return { ...assembled, ...Object.fromEntries(withBraces) }
}

/** JSON is typed as a text, pairs as rows. */
function readJson(kind: string, typed: unknown): unknown {
  if (kind === 'pairs' && Array.isArray(typed)) {
    return Object.fromEntries(typed.filter(isObject).map(({ key, value }) => [key, value]))
  }
  if (kind !== 'json' || typeof typed !== 'string') return typed
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
