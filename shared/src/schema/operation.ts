import type { ProblemCode, RouteName, routes } from '@passwright/shared'
import type { z } from 'zod'
import type { Rule } from './pass-rules.ts'

/** The signed archive, `application/vnd.apple.pkpass`. */
export const PASS_MEDIA_TYPE = 'application/vnd.apple.pkpass'

/** What an answer may hold: JSON of a schema, the file, a page; which one, `?format=` and `Accept` say. */
export interface ReplyBody {
  json?: z.ZodType
  file?: true
  html?: true
}

/** One operation: everything about it that Express, the handlers' types and OpenAPI read. */
export interface Operation {
  route: (typeof routes)[RouteName]
  summary: string
  /** Whether a key must be given. */
  auth: boolean
  query: z.ZodType
  body?: z.ZodType
  /** The body comes from a form of a page instead of as JSON. */
  form?: true
  /** The body is a merge patch: `application/merge-patch+json` is taken too. */
  patch?: true
  /** Rules between the fields of the body, told together with the schema's own issues. */
  rules?: readonly Rule[]
  /** Takes an `Idempotency-Key`. */
  idempotent?: true
  replies: Record<number, { description: string; body: ReplyBody }>
  problems: readonly ProblemCode[]
}

/** Keeps the literal type of a row. */
export const operation = <O extends Operation>(given: O): O => given

/** Problems of every address. */
export const publicProblems = ['database_unavailable', 'internal_error'] as const
/** Problems of every address that wants a key. */
export const keyProblems = ['unauthorized', 'not_ready', ...publicProblems] as const
/** Problems of every body. */
export const bodyProblems = [
  'invalid_json',
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
] as const
/** Problems of every call that can be made once with an `Idempotency-Key`. */
export const onceProblems = ['idempotency_mismatch', 'idempotency_in_progress'] as const
