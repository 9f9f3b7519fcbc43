import { Problem, parseRoute, routes } from '@passwright/shared'
import express, { type Express, type RequestHandler } from 'express'
import type { Context } from '../context.ts'
import { assignRequestId, logRequests } from './access-log.ts'
import { createErrorHandler, createNotFound } from './errors.ts'
import { createMemoryBudget } from './limits/memory-budget.ts'
import { trackTransfers } from './limits/transfer.ts'
import { noContentReply, sendReply } from './reply.ts'

/** The phases of the service; only a running one makes passes. */
export interface Lifecycle {
  phase: 'starting' | 'running' | 'stopping'
}

/** Creates the Express application around the routes that `mountRoutes` adds. */
export function createApp(ctx: Context, mountRoutes: (app: Express) => void): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.set('query parser', 'simple')
  app.set('trust proxy', ctx.config.trustProxy)

  app.use(assignRequestId, logRequests(ctx), trackTransfers(createMemoryBudget()), requireHost)
  mountRoutes(app)
  app.use(() => {
    throw createNotFound()
  })
  app.use(createErrorHandler(ctx.log))
  return app
}

/** Throws `not_ready` while the service starts or stops. */
export function assertRunning({ phase }: Lifecycle): void {
  if (phase === 'running') return
  throw new Problem('not_ready', `The service is ${phase}; try again in a few seconds`, {
    retryAfterSeconds: 2,
  })
}

/** A request of HTTP/1.1 has one `Host` header (RFC 9112, 3.2). */
const requireHost: RequestHandler = (request, _response, next) => {
  const { rawHeaders, headers, httpVersion } = request
  const isHost = (text: string, index: number) => index % 2 === 0 && text.toLowerCase() === 'host'
  if (rawHeaders.findIndex(isHost) !== rawHeaders.findLastIndex(isHost)) {
    throw new Problem('invalid_request', 'The header Host is there twice')
  }
  if (headers.host || httpVersion !== '1.1') return next()
  throw new Problem('invalid_request', 'The header Host is missing')
}

/** Replies 405 with `Allow` to every other method of a known path, and 204 to OPTIONS. */
export function refuseOtherMethods(
  app: Express,
  { mcp, metrics }: Pick<Context['config'], 'mcp' | 'metrics'>,
): void {
  const absent = new Set<string>([
    ...(mcp ? [] : [routes.callMcp]),
    ...(metrics === 'on' ? [] : [routes.metrics]),
  ])
  const served = Object.values(routes).filter((route) => !absent.has(route))
  const byPath = Map.groupBy(served.map(parseRoute), ({ path }) => path)
  for (const [path, operations] of byPath) {
    const methods = operations.map(({ method }) => method)
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    app.all(path, (request, response) => {
      response.set('Allow', allow)
      if (request.method !== 'OPTIONS') {
        throw new Problem('method_not_allowed', `This address takes ${allow}`)
      }
      sendReply(response, noContentReply)
    })
  }
}
