import type { DatabaseSync } from 'node:sqlite'
import { BUSY_TIMEOUT_MS } from './open-file.ts'

/**
 * How long a transaction waits while another process writes, and how often it tries again: often,
 * because a busy service leaves only short gaps between its groups of transactions.
 */
const LOCK_TIMEOUT_MS = 1_000
const LOCK_RETRY_MS = 2

/** Begins a writing transaction; throws SQLite's error when another process writes for too long. */
export type Begin = () => Promise<void>

/**
 * Creates the function that begins transactions as writing ones: a reading one cannot be upgraded
 * while another process writes. It polls for the lock, because waiting for it inside SQLite would
 * block the event loop. When the database has been locked for longer than the timeout, further
 * transactions fail at once.
 */
export function createBegin(connection: DatabaseSync): Begin {
  let locked: { since: number; lastSeen: number } | undefined
  return async () => {
    for (let error = tryToBegin(connection); error; error = tryToBegin(connection)) {
      const now = performance.now()
      const isRecent = locked && now - locked.lastSeen < LOCK_TIMEOUT_MS
      const since = locked && isRecent ? locked.since : now
      locked = { since, lastSeen: now }
      if (now - since > LOCK_TIMEOUT_MS) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS))
    }
    locked = undefined
  }
}

/** Returns SQLite's error when another process writes. */
function tryToBegin(connection: DatabaseSync): Error | undefined {
  connection.exec('pragma busy_timeout = 0')
  try {
    connection.exec('begin immediate')
    return undefined
  } catch (error) {
    if (isLocked(error)) return error
    throw error
  } finally {
    connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
  }
}

/** SQLITE_BUSY, with any extended code in the higher bytes (sqlite.org/rescode.html). */
function isLocked(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}
