import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import type { Context } from '../context.ts'

const requestIdPattern = /^[A-Za-z0-9_-]{1,64}$/

/** The id of a request: the caller's `X-Request-Id` where it is safe to log, otherwise a new one. */
export function toRequestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && requestIdPattern.test(header)
    ? header
    : `req_${randomUUID()}`
}

/** Gives every request its id before anything can fail. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const requestId = toRequestId(request.headers['x-request-id'])
  response.locals.requestId = requestId
  response.set('X-Request-Id', requestId)
  next()
}

export function getRequestId(response: Response): string {
  return String(response.locals.requestId)
}

/** Logs and counts each request. The route, never the path: a share page's path is a secret. */
export function logRequests({ log, metrics }: Pick<Context, 'log' | 'metrics'>): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now()
    response.on('close', () => {
      const ms = performance.now() - startedAt
      const { method } = request
      const { statusCode: status } = response
      const route: string | undefined = request.route?.path
      metrics.observeRequest({ method, route, status, seconds: ms / 1000 })
      log.info(
        {
          requestId: getRequestId(response),
          method,
          route,
          status,
          code: response.locals.code,
          keyId: response.locals.key?.id,
          ms: Math.round(ms),
        },
        response.writableFinished ? 'request' : 'request aborted',
      )
    })
    next()
  }
}
