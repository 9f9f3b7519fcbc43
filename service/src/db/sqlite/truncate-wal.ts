import { DatabaseSync } from 'node:sqlite'

/**
 * Moves what is in the WAL file into the database file and empties it. False while somebody reads or
 * writes: the WAL file is then overwritten little by little.
 */
export function truncateWal(file: string): boolean {
  const connection = new DatabaseSync(file, { timeout: 0 })
  try {
    const [result] = connection.prepare('pragma wal_checkpoint(truncate)').all()
    return result?.busy === 0
  } finally {
    connection.close()
  }
}
