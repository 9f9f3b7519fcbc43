import { readConfig } from '../../config.ts'
import { type Db, migrate, openDatabase } from '../../db/database.ts'

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
