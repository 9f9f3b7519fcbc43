import { Problem } from '@passwright/shared'
import type { ErrorRequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { databaseUnavailable, isDatabaseUnavailable } from '../db/failure.ts'
import { renderErrorPage } from '../web/error-page.ts'
import type { Reply } from './idempotency.ts'
import { htmlReply, jsonReply, sendReply } from './reply.ts'

/** What body-parser calls its errors → what we call them. */
const bodyProblems: Record<string, () => Problem> = {
  'entity.too.large': () =>
    new Problem('payload_too_large', 'The body is larger than 2 MB; send less, or images by URL'),
  'encoding.unsupported': () =>
    new Problem('unsupported_media_type', 'Send the body plain or with gzip, deflate or br'),
  'request.size.invalid': () =>
    new Problem('invalid_json', 'The body ended early; its length is not what Content-Length says'),
  'request.aborted': () => new Problem('invalid_json', 'The request was aborted'),
}

/** How zlib, Brotli and Zstandard call what they cannot read, each in its own way. */
const decompressionErrorCode = /^(?:Z_|ZSTD_|ERR__ERROR_)/

/** Makes a Problem of whatever was thrown; only here is it decided what callers may see. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error)
  if (error instanceof URIError) return notFound()
  const { type, code } = (error ?? {}) as { type?: unknown; code?: unknown }
  const ofBody = typeof type === 'string' ? bodyProblems[type] : undefined
  if (ofBody) return ofBody()
  if (typeof code === 'string' && decompressionErrorCode.test(code)) {
    return new Problem('invalid_json', 'The body cannot be decompressed', { cause: error })
  }
  return new Problem(
    'internal_error',
    'Something went wrong on our side. Try again, and give the operator the requestId if it stays',
    { cause: error },
  )
}

/** The 404 for everything that is not there, or not this caller's. */
export function notFound(what = 'There is nothing at this address'): Problem {
  return new Problem('not_found', what)
}

/** A Problem as an answer: a page where people look, JSON everywhere else. */
export function problemReply(problem: Problem, requestId: string, path: string): Reply {
  const { status, code, message: error, issues, headers } = problem
  if (isForPeople(path)) return htmlReply(status, renderErrorPage(status, error), headers)
  return jsonReply(status, { error, code, requestId, issues }, headers)
}

/** The last handler: answers every error and logs those that are ours. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const problem = toProblem(error)
    response.locals.code = problem.code
    if (problem.status >= 500) {
      const requestId = getRequestId(response)
      // A 503 is weather; only what we did not foresee is an error of ours.
      const level = problem.code === 'internal_error' ? 'error' : 'warn'
      log[level]({ requestId, code: problem.code, error: problem.cause }, 'request failed')
    }
    sendReply(response, problemReply(problem, getRequestId(response), request.path))
  }
}

export function getRequestId(response: Response): string {
  return String(response.locals.requestId)
}

/** `/`, `/docs`, `/p/…` and what a form leads to are read by people. */
export function isForPeople(path: string): boolean {
  return path === '/' || /^\/(?:docs|p|keys)(?:\/|$)/.test(path)
}
