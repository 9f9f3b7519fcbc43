import { DatabaseSync } from 'node:sqlite'
import { createPrivateFile } from '../../private-files.ts'

/** Short, because node:sqlite blocks the event loop while it waits for a lock. */
export const BUSY_TIMEOUT_MS = 500

/**
 * How many pages of 4 KiB the write-ahead log has before SQLite moves them into the database, four times
 * its default: pages that every pass changes are then moved, and waited for, less often.
 */
const CHECKPOINT_PAGES = 4_000

/** Enough for the inner pages of the indexes of a million passes. */
const WRITER_CACHE_KIB = 16_384

/** Older versions can corrupt a WAL file that several connections reset (sqlite.org/wal.html). */
const MIN_SQLITE_VERSION = '3.51.3'

/** Two connections to one database file: SQLite shows a reader only what has been committed. */
export interface SqliteConnections {
  writer: DatabaseSync
  reader: DatabaseSync
}

/** Opens a database file, which is created if it is missing; throws with the code `DATABASE_FILE`. */
export function openFile(file: string): SqliteConnections {
  const { sqlite = '0' } = process.versions
  if (sqlite.localeCompare(MIN_SQLITE_VERSION, 'en', { numeric: true }) < 0) {
    throw new Error(
      `This Node.js includes SQLite ${sqlite}; use one with SQLite ${MIN_SQLITE_VERSION} or newer`,
    )
  }
  try {
    // SQLite would create it readable for everyone; it gives its other files the same mode.
    createPrivateFile(file)
    const writer = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
    writer.exec('pragma journal_mode = wal')
    writer.exec('pragma synchronous = full')
    writer.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    writer.exec('pragma foreign_keys = on')
    // What a savepoint would undo is kept in memory; in a file it would be most of what is written.
    writer.exec('pragma temp_store = memory')
    writer.exec(`pragma cache_size = -${WRITER_CACHE_KIB}`)
    // What is deleted is overwritten, so that a forgotten person cannot be read from the file.
    writer.exec('pragma secure_delete = on')
    return { writer, reader: new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true }) }
  } catch (error) {
    throw Object.assign(new Error(toMessage(error)), { code: 'DATABASE_FILE', path: file })
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
