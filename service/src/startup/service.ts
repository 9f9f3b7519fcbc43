import type { Server } from 'node:http'
import { createFirstApiKey } from '../accounts/api-keys.ts'
import { claimDatabase } from '../accounts/installation.ts'
import type { Context } from '../context.ts'
import { migrate } from '../db/database.ts'
import { isDatabaseAccessRefused, isDatabaseUnavailable } from '../db/failure.ts'
import { createApp, type Lifecycle } from '../http/app.ts'
import { createMetricsApp } from '../http/routes/metrics.ts'
import { mountRoutes } from '../http/routes/routes.ts'
import { close, listen } from '../http/server.ts'
import { type IdentityWatch, watchIdentities } from '../identities/watch.ts'
import { queues } from '../job-handlers.ts'
import { startWorker, type Worker } from '../jobs/worker/worker.ts'
import { type RetentionWatch, watchRetention } from '../people/retention.ts'
import { protectDataFiles } from './data-files.ts'

const openSignupWarning =
  'SIGNUP is open: strangers get free API keys and can send passes from MAIL_FROM to any address; see service/docs/mail.md'

const otherSecretWarning =
  'The database belongs to an installation with another file "secret": receivers will refuse webhooks that this instance signs. Copy that file from the other instances or your backup; see service/docs/backup.md'

/** A service that listens; it is not ready until `open` has resolved. */
export interface Service {
  server: Server
  /**
   * Waits for the database, migrates it and creates the first key if there is none. `announce` is
   * called with its secret just before `/ready` reports success.
   */
  open: (announce?: (firstKey: string | undefined) => void) => Promise<void>
  /** Stops accepting requests, finishes running requests and jobs, and closes the database. */
  stop: () => Promise<void>
}

/** How long to wait for a database that starts at the same time. */
export const DATABASE_TIMEOUT_MS = 30_000
const DATABASE_RETRY_MS = 500

/** How long running requests and jobs may take to finish after `stop`. */
const STOP_TIMEOUT_MS = 7_000

/** Starts listening, so that `/health` responds while the service waits for the database. */
export async function startService(
  ctx: Context,
  databaseTimeoutMs = DATABASE_TIMEOUT_MS,
): Promise<Service> {
  protectDataFiles(ctx)
  const lifecycle: Lifecycle = { phase: 'starting' }
  let worker: Worker | undefined
  let identityWatch: IdentityWatch | undefined
  let retentionWatch: RetentionWatch | undefined
  const app = createApp(ctx, (express) => mountRoutes(express, ctx, lifecycle))
  const server = await listen(app, ctx.config)
  const metricsServer = await listenForMetrics(ctx)
  // An unhandled rejection affects one request at most, so it must not end the process.
  const logRejection = (error: unknown) => ctx.log.error({ error }, 'unhandled rejection')
  process.on('unhandledRejection', logRejection)
  return {
    server,
    open: async (announce = () => {}) => {
      await migrateWhenAvailable(ctx, lifecycle, databaseTimeoutMs)
      if (lifecycle.phase === 'stopping') return
      const isOwn = await claimDatabase(ctx.db, ctx.secret)
      if (!isOwn) ctx.log.warn({ warning: otherSecretWarning }, 'secret')
      const name = 'First key'
      const firstKey = await createFirstApiKey(ctx.db, { name, plan: 'unlimited', now: ctx.now() })
      identityWatch = await watchIdentities(ctx)
      announce(firstKey?.key)
      if (ctx.config.signup === 'open') ctx.log.warn({ warning: openSignupWarning }, 'signup')
      if (ctx.config.role !== 'web') {
        worker = await startWorker(ctx, queues)
        retentionWatch = watchRetention(ctx)
      }
      lifecycle.phase = 'running'
    },
    stop: async () => {
      lifecycle.phase = 'stopping'
      await Promise.all([
        close(server, STOP_TIMEOUT_MS),
        metricsServer && close(metricsServer, STOP_TIMEOUT_MS),
        worker?.stop(STOP_TIMEOUT_MS),
        identityWatch?.stop(STOP_TIMEOUT_MS),
        retentionWatch?.stop(STOP_TIMEOUT_MS),
      ])
      await ctx.openings.store()
      ctx.mailer?.close()
      ctx.closePush()
      await ctx.googleWallet?.close()
      await ctx.db.destroy()
      process.off('unhandledRejection', logRejection)
    },
  }
}

/** Listens on the port that METRICS names, if it names one. */
async function listenForMetrics(ctx: Context): Promise<Server | undefined> {
  const { host, metrics } = ctx.config
  return typeof metrics === 'number'
    ? listen(createMetricsApp(ctx), { host, port: metrics })
    : undefined
}

async function migrateWhenAvailable(
  ctx: Context,
  lifecycle: Lifecycle,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (lifecycle.phase === 'starting') {
    try {
      return await migrate(ctx.db, ctx.config.database.kind)
    } catch (error) {
      const isTemporary = isDatabaseUnavailable(error) && !isDatabaseAccessRefused(error)
      if (!isTemporary || performance.now() > deadline) throw error
      ctx.log.warn({ error }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS))
    }
  }
}
