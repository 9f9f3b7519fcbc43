import { Problem, parseRoute, routes } from '@passwright/shared'
import express, { type Express, type RequestHandler } from 'express'
import type { Context } from '../context.ts'
import { logRequests } from './access-log.ts'
import { createErrorHandler, notFound } from './errors.ts'
import type { Lifecycle } from './lifecycle.ts'
import { assignRequestId } from './request-id.ts'
import { accountRoutes } from './routes/account.ts'
import { emailRoutes } from './routes/emails.ts'
import { assertRunning, healthRoutes } from './routes/health.ts'
import { changeRoutes } from './routes/pass-updates.ts'
import { passRoutes } from './routes/passes.ts'
import { publicRoutes } from './routes/public.ts'
import { shareRoutes } from './routes/share.ts'
import { keyRoutes } from './routes/signup.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** The whole HTTP surface on one Express application. */
export function createApp(ctx: Context, lifecycle: Lifecycle): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.set('query parser', 'simple')
  app.set('trust proxy', ctx.config.trustProxy)

  app.use(assignRequestId, logRequests(ctx.log), requireHost)
  healthRoutes(app, ctx, lifecycle)
  if (ctx.config.role !== 'worker') frontDoors(app, ctx, lifecycle)
  app.use(() => {
    throw notFound()
  })
  app.use(createErrorHandler(ctx.log))
  return app
}

/** Everything but health, which is all that a mere worker tells. */
function frontDoors(app: Express, ctx: Context, lifecycle: Lifecycle): void {
  app.use(['/api', '/p', '/keys'], (_request, _response, next) => {
    if (lifecycle.phase === 'starting') assertRunning(lifecycle)
    next()
  })
  passRoutes(app, ctx)
  changeRoutes(app, ctx)
  emailRoutes(app, ctx)
  keyRoutes(app, ctx)
  accountRoutes(app, ctx)
  webhookRoutes(app, ctx)
  publicRoutes(app, ctx)
  shareRoutes(app, ctx)
  refuseOtherMethods(app)
}

/** RFC 9112, 3.2: a request of HTTP/1.1 names its host, once. */
const requireHost: RequestHandler = (request, _response, next) => {
  const [host, ...others] = request.headersDistinct.host ?? []
  if (others.length > 0) throw new Problem('invalid_request', 'The header Host is there twice')
  if (host || request.httpVersion !== '1.1') return next()
  throw new Problem('invalid_request', 'The header Host is missing')
}

/** 405 with `Allow` for every other method; OPTIONS is told the same in peace. */
function refuseOtherMethods(app: Express): void {
  const byPath = Map.groupBy(Object.values(routes).map(parseRoute), ({ path }) => path)
  for (const [path, served] of byPath) {
    const methods = served.map(({ method }) => method)
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    app.all(path, (request, response) => {
      if (request.method === 'OPTIONS') {
        response.status(204).set('Allow', allow).end()
        return
      }
      throw new Problem('method_not_allowed', `This address takes ${allow}`, {
        headers: { Allow: allow },
      })
    })
  }
}
