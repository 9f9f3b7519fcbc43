import type { DatabaseSync } from 'node:sqlite'
import { committedJobs } from './committed-jobs.ts'

/**
 * Gives SQLite the `pg_notify` of PostgreSQL. Returns the function that emits, after a commit, what
 * its transactions have signalled; after one that was rolled back, a signal too many does no harm.
 */
export function signalCommittedJobs(connection: DatabaseSync, file: string): () => void {
  const kinds = new Set<string>()
  connection.function('pg_notify', (_channel, kind) => {
    kinds.add(String(kind))
    return null
  })
  return () => {
    const committed = [...kinds]
    kinds.clear()
    for (const kind of committed) committedJobs.emit(file, kind)
  }
}
