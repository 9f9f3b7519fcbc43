import type { Server } from 'node:http'
import type { Context } from './context.ts'
import { migrate } from './db/database.ts'
import { isDatabaseTrouble } from './db/failure.ts'
import { createApp } from './http/app.ts'
import type { Lifecycle } from './http/lifecycle.ts'
import { close, listen } from './http/server.ts'
import { createFirstKey } from './keys/store.ts'

/** A service that runs: where it listens, the first key if it was made now, and how to end it. */
export interface Service {
  server: Server
  firstKey: string | undefined
  stop: () => Promise<void>
}

/** How long a database may take to appear, as it does when both start together. */
const DATABASE_PATIENCE_MS = 30_000
const DATABASE_RETRY_MS = 500

/** How long requests that run may take to finish after the wish to stop. */
const FINISH_MS = 7_000

/**
 * Listens first, so that `/health` answers while the database is awaited; `announce` is called
 * when everything is there but `/ready` does not say so yet.
 */
export async function startService(
  ctx: Context,
  announce: (service: Service) => void = () => {},
): Promise<Service> {
  const lifecycle: Lifecycle = { phase: 'starting' }
  const server = await listen(createApp(ctx, lifecycle), ctx.config)
  const stop = async () => {
    lifecycle.phase = 'stopping'
    await close(server, FINISH_MS)
    await ctx.db.destroy()
  }
  try {
    await migrateWhenThere(ctx)
    const made = await createFirstKey(ctx.db, {
      name: 'First key',
      plan: 'unlimited',
      now: ctx.now(),
    })
    const service = { server, firstKey: made?.key, stop }
    announce(service)
    lifecycle.phase = 'running'
    return service
  } catch (error) {
    await stop()
    throw error
  }
}

async function migrateWhenThere(ctx: Context): Promise<void> {
  const deadline = performance.now() + DATABASE_PATIENCE_MS
  for (;;) {
    try {
      return await migrate(ctx.db, ctx.config.database.kind)
    } catch (error) {
      if (!isDatabaseTrouble(error) || performance.now() > deadline) throw error
      ctx.log.warn({ error }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS))
    }
  }
}
