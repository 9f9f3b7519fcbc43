import type { z } from 'zod'

/** Holds a number between two bounds and names both when it is outside. */
export function between<T extends z.ZodNumber>(schema: T, min: number, max: number): T {
  const error = `must be between ${min} and ${max}`
  return schema.min(min, { error }).max(max, { error })
}
