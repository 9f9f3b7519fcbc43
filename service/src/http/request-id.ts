import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

const acceptable = /^[A-Za-z0-9_-]{1,64}$/

/** A name for the request, the caller's own where it is harmless in logs; sent with every answer. */
export function toRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && acceptable.test(given) ? given : `req_${randomUUID()}`
}

/** Names every request before anything can go wrong with it. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const requestId = toRequestId(request.headers['x-request-id'])
  response.locals.requestId = requestId
  response.set('X-Request-Id', requestId)
  next()
}
