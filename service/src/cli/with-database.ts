import { readConfig } from '../config.ts'
import { type Db, migrate, openDatabase } from '../db/database.ts'

/** Does work on the database of the settings, brought up to date, and closes it. */
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
