import type { Issue } from '@passwright/shared'

export type Body = Record<string, unknown>

/**
 * A rule between fields, or one that the passes of earlier versions may break: returns the issues of
 * a normalized body whose fields may themselves be invalid.
 */
export type Rule = (body: Body, query?: Body) => Issue[]

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null

export const issueIf = (isBroken: boolean, path: string, message: string): Issue[] =>
  isBroken ? [{ path, message }] : []
