import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { getRequestId } from './errors.ts'

/** One line per request. The route, never the address: a share address is a secret. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now()
    response.on('close', () => {
      log.info(
        {
          requestId: getRequestId(response),
          method: request.method,
          route: request.route?.path,
          status: response.statusCode,
          code: response.locals.code,
          keyId: response.locals.key?.id,
          ms: Math.round(performance.now() - begun),
        },
        response.writableFinished ? 'request' : 'request aborted',
      )
    })
    next()
  }
}
