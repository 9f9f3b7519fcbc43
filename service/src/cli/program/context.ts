import { readConfig } from '../../config.ts'
import { type Context, createContext } from '../../context.ts'
import { migrate } from '../../db/database.ts'
import { createLog } from '../../log.ts'

/** Runs work with the service's context, from the same settings, and closes it. */
export async function withContext<T>(work: (ctx: Context) => Promise<T>): Promise<T> {
  const config = readConfig()
  const ctx = await createContext(config, createLog('error', process.stderr))
  try {
    await migrate(ctx.db, config.database.kind)
    return await work(ctx)
  } finally {
    ctx.mailer?.close()
    await ctx.googleWallet?.close()
    await ctx.db.destroy()
  }
}
