import { statSync } from 'node:fs'
import type { Config } from '../config.ts'
import { type Db, openDatabase } from '../db/database.ts'

/** Runs work with the configured database; undefined if it is a file that does not exist yet. */
export async function withExistingDatabase<T>(
  { database }: Config,
  work: (db: Db) => Promise<T>,
): Promise<T | undefined> {
  const isMissing =
    database.kind === 'sqlite' && !statSync(database.file, { throwIfNoEntry: false })?.isFile()
  // Opening it would create it.
  if (isMissing) return undefined
  const db = openDatabase(database, () => {})
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
