import { readConfig } from '../../config.ts'
import { type Context, createContext } from '../../context.ts'
import { type Db, migrate, openDatabase } from '../../db/database.ts'
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

/** Runs work with only the configured database, migrated, and closes it. */
export async function withDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const { database } = readConfig()
  const db = openDatabase(database, (error) => console.error(error.message))
  try {
    await migrate(db, database.kind)
    return await work(db)
  } finally {
    await db.destroy()
  }
}
