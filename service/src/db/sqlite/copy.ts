import { DatabaseSync } from 'node:sqlite'
import { createPrivateFile } from '../../private-files.ts'

/** The copy waits as long as the longest transaction of a service that is busy. */
const TIMEOUT_MS = 30_000

/**
 * Copies a database into a new file, as it is at this moment, while others read and write it.
 * SQLite's backup API would start over whenever another process writes.
 */
export function copyDatabase(file: string, copy: string): void {
  const connection = new DatabaseSync(file, { timeout: TIMEOUT_MS, readOnly: true })
  try {
    // SQLite would create it readable for everyone.
    createPrivateFile(copy)
    connection.prepare('vacuum into ?').run(copy)
  } finally {
    connection.close()
  }
}

/** What SQLite finds wrong with a database file; undefined if nothing. */
export function checkDatabaseFile(file: string): string | undefined {
  try {
    const connection = new DatabaseSync(file, { readOnly: true })
    try {
      const [first] = connection.prepare('pragma integrity_check(1)').all()
      const result = String(first?.integrity_check)
      return result === 'ok' ? undefined : result
    } finally {
      connection.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
