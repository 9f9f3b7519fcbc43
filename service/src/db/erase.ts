import { setTimeout as wait } from 'node:timers/promises'
import type { DatabaseSettings } from './database.ts'
import { truncateWal } from './sqlite/truncate-wal.ts'

const MAX_ATTEMPTS = 20
const RETRY_MS = 25

/**
 * Removes from SQLite's files what was deleted: the database file is overwritten with zeros at once, and
 * here the WAL file is emptied, as soon as nobody reads or writes. PostgreSQL does the like by vacuuming.
 */
export async function eraseDeletedRows(settings: DatabaseSettings): Promise<void> {
  if (settings.kind === 'postgres') return
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (truncateWal(settings.file)) return
    await wait(RETRY_MS)
  }
}
