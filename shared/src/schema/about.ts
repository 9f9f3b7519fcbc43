import { type Field, fieldAt, type ItemField } from '@passwright/shared'
import type { z } from 'zod'

/**
 * Gives a schema the label, help and sample that `fields.ts` has for its place:
 * `title`, or `locations.latitude` for a field inside a list.
 */
export function about<T extends z.ZodType>(place: string, schema: T): T {
  const { label, help, sample } = fieldOf(place)
  return schema.meta({ ...schema.meta(), title: label, description: help, examples: [sample] })
}

function fieldOf(place: string): Field | ItemField {
  const [path = '', key] = place.split('.')
  const field = fieldAt(path)
  const found = key === undefined ? field : field?.items?.find((item) => item.key === key)
  if (!found) throw new Error(`fields.ts has no row for ${place}`)
  return found
}
