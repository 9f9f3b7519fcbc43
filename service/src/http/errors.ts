import { Problem, type ProblemCode, parseRoute } from '@passwright/shared'
import { type Operation, operations } from '@passwright/shared/schema'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from 'pino'
import { createDatabaseUnavailable, isDatabaseUnavailable } from '../db/failure.ts'
import { renderErrorPage } from '../web/error-page.ts'
import { getRequestId } from './access-log.ts'
import { buildHtmlReply, buildJsonReply, type Reply, sendReply } from './reply.ts'

/** Errors of body-parser, by their `type`. */
const bodyProblems: Record<string, () => Problem> = {
  'entity.too.large': () =>
    new Problem('payload_too_large', 'The body is larger than 2 MB; send less, or images by URL'),
  'encoding.unsupported': () =>
    new Problem('unsupported_media_type', 'Send the body plain or with gzip, deflate or br'),
  'request.size.invalid': () =>
    new Problem('invalid_json', 'The body ended early; its length is not what Content-Length says'),
  'request.aborted': () => new Problem('invalid_json', 'The request was aborted'),
}

/** Error codes of zlib, Brotli and Zstandard for input that they cannot read. */
const decompressionErrorCode = /^(?:Z_|ZSTD_|ERR__ERROR_)/

/** Turns whatever was thrown into a Problem. The only place that decides what callers may see. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isDatabaseUnavailable(error)) return createDatabaseUnavailable(error)
  if (error instanceof URIError) return createNotFound()
  const { type, code } = (error ?? {}) as { type?: unknown; code?: unknown }
  const bodyProblem = typeof type === 'string' ? bodyProblems[type] : undefined
  if (bodyProblem) return bodyProblem()
  if (typeof code === 'string' && decompressionErrorCode.test(code)) {
    return new Problem('invalid_json', 'The body cannot be decompressed', { cause: error })
  }
  return new Problem(
    'internal_error',
    'Something went wrong on our side. Try again, and give the operator the requestId if it happens again',
    { cause: error },
  )
}

/** The 404 of everything that does not exist or belongs to another key. */
export function createNotFound(): Problem {
  return new Problem('not_found', 'There is nothing at this address')
}

/** Turns a Problem into a reply: a page where people read errors, JSON everywhere else. */
export function buildProblemReply(problem: Problem, requestId: string, path: string): Reply {
  const { status, code, message: error, retryAfterSeconds } = problem
  // Every 400 has a list, also where the body is no JSON that could have a wrong field.
  const issues = problem.issues ?? (status === 400 ? [] : undefined)
  const headers = {
    ...headersByCode[code],
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  }
  if (isReadByPeople(path)) return buildHtmlReply(status, renderErrorPage(status, error), headers)
  return buildJsonReply(status, { error, code, requestId, issues }, headers)
}

const headersByCode: { [Code in ProblemCode]?: Record<string, string> } = {
  unauthorized: { 'WWW-Authenticate': 'Bearer' },
  pass_unauthorized: { 'WWW-Authenticate': 'ApplePass' },
}

/** The first segments of paths whose errors people read: those of pages, and the reserved `/docs`. */
const pageSegments = new Set([
  'docs',
  ...Object.values<Operation>(operations)
    .filter(({ errorFormat }) => errorFormat === 'html')
    .map(({ route }) => toFirstSegment(parseRoute(route).path)),
])

function isReadByPeople(path: string): boolean {
  return path === '/' || (/^\/[^/]/.test(path) && pageSegments.has(toFirstSegment(path)))
}

function toFirstSegment(path: string): string {
  return path.split('/')[1] ?? ''
}

/** The last handler: replies to every error, and logs those that are not the caller's. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const problem = toProblem(error)
    const { code, status, cause } = problem
    const requestId = getRequestId(response)
    response.locals.code = code
    // A 503 is expected now and then; an internal error is a bug.
    const level = code === 'internal_error' ? 'error' : 'warn'
    if (status >= 500) log[level]({ requestId, code, error: cause }, 'request failed')
    sendReply(response, buildProblemReply(problem, requestId, request.path))
  }
}
