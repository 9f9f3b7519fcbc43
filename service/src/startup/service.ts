import type { Server } from 'node:http'
import { createFirstApiKey } from '../accounts/api-keys.ts'
import type { Context } from '../context.ts'
import { migrate } from '../db/database.ts'
import { isDatabaseRefused, isDatabaseUnavailable } from '../db/failure.ts'
import { createApp } from '../http/app.ts'
import type { Lifecycle } from '../http/lifecycle.ts'
import { close, listen } from '../http/server.ts'
import { startWorker, type Worker } from '../jobs/worker.ts'

/** A service that listens; it makes passes once it was opened. */
export interface Service {
  server: Server
  /**
   * Waits for the database, brings it up to date and makes the first key where there is none;
   * `announce` gets its secret when everything is there but `/ready` does not say so yet.
   */
  open: (announce?: (firstKey: string | undefined) => void) => Promise<void>
  /** Stops accepting, finishes what runs and closes the database. */
  stop: () => Promise<void>
}

/** How long a database may take to appear, as it does when both start together. */
const DATABASE_PATIENCE_MS = 30_000
const DATABASE_RETRY_MS = 500

/** How long requests and jobs that run may take to finish after the wish to stop. */
const FINISH_MS = 7_000

/** Listens, so that `/health` answers while the database is awaited. */
export async function startService(ctx: Context): Promise<Service> {
  const lifecycle: Lifecycle = { phase: 'starting' }
  let worker: Worker | undefined
  const server = await listen(createApp(ctx, lifecycle), ctx.config)
  // A promise that nobody waits for is one caller's trouble at most; the process is everybody's.
  const onStray = (error: unknown) => ctx.log.error({ error }, 'unhandled rejection')
  process.on('unhandledRejection', onStray)
  return {
    server,
    open: async (announce = () => {}) => {
      await migrateWhenThere(ctx, lifecycle)
      if (lifecycle.phase === 'stopping') return
      const name = 'First key'
      const made = await createFirstApiKey(ctx.db, { name, plan: 'unlimited', now: ctx.now() })
      announce(made?.key)
      if (ctx.config.role !== 'web') worker = await startWorker(ctx)
      lifecycle.phase = 'running'
    },
    stop: async () => {
      lifecycle.phase = 'stopping'
      await Promise.all([close(server, FINISH_MS), worker?.stop(FINISH_MS)])
      ctx.mailer?.close()
      await ctx.db.destroy()
      process.off('unhandledRejection', onStray)
    },
  }
}

async function migrateWhenThere(ctx: Context, lifecycle: Lifecycle): Promise<void> {
  const deadline = performance.now() + DATABASE_PATIENCE_MS
  while (lifecycle.phase === 'starting') {
    try {
      return await migrate(ctx.db, ctx.config.database.kind)
    } catch (error) {
      const mayPass = isDatabaseUnavailable(error) && !isDatabaseRefused(error)
      if (!mayPass || performance.now() > deadline) throw error
      ctx.log.warn({ error }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS))
    }
  }
}
