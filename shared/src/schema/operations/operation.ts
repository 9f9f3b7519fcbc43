import type { ProblemCode, RouteName, routes, Scope } from '@passwright/shared'
import type { z } from 'zod'
import type { Rule } from '../rule.ts'

/** The media type of a pass file. */
export const PASS_MEDIA_TYPE = 'application/vnd.apple.pkpass'

/** What a response may hold: JSON, the pass file, a page, another text or an image. */
export interface ReplyBody {
  json?: z.ZodType
  file?: true
  html?: true
  /** The media types of a text. */
  text?: readonly string[]
  png?: true
}

/** One operation: everything about it that Express, the types of its handler and OpenAPI read. */
export interface Operation {
  route: (typeof routes)[RouteName]
  summary: string
  /** What the caller must present: an API key, the authentication token of the pass, or nothing. */
  auth: 'apiKey' | 'applePass' | 'none'
  /** The scope that a limited API key needs; absent where every key will do. */
  scope?: Scope
  /** `html` where people read its errors, as a page; JSON when absent. */
  errorFormat?: 'html'
  query: z.ZodType
  body?: z.ZodType
  /** The body comes from an HTML form instead of as JSON. */
  form?: true
  /** The body is a merge patch: `application/merge-patch+json` is accepted too. */
  patch?: true
  /** Reads the body as its sender meant it, before it is checked. */
  normalize?: (body: Record<string, unknown>) => Record<string, unknown>
  /** Rules between the fields of the body, reported together with the issues of the schema. */
  rules?: readonly Rule[]
  /** Accepts an `Idempotency-Key`. */
  idempotent?: true
  /** The reply may be megabytes: only a few such requests are worked on at a time. */
  largeReply?: true
  replies: Record<number, { description: string; body: ReplyBody }>
  problems: readonly ProblemCode[]
}

/** Defines an operation, keeping the literal types of the row. */
export const defineOperation = <O extends Operation>(row: O): O => row

/** Problems of every operation. */
export const commonProblems = ['database_unavailable', 'internal_error'] as const
/** Problems of every operation that requires an API key. */
export const keyProblems = [
  'unauthorized',
  'scope_required',
  'too_many_requests',
  'not_ready',
  ...commonProblems,
] as const
/** Problems of every operation with a JSON body. */
export const bodyProblems = [
  'invalid_json',
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
  'overloaded',
] as const
/** Problems of every operation that accepts an `Idempotency-Key`. */
export const idempotencyProblems = ['idempotency_mismatch', 'idempotency_in_progress'] as const
