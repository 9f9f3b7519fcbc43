import { Problem } from '@passwright/shared'

/** SQLite's primary result codes for a busy, broken or full database (sqlite.org/rescode.html). */
const unavailableSqliteCodes = new Set([5, 6, 8, 10, 11, 13, 14, 15, 26])

/** PostgreSQL's classes and codes for the same (postgresql.org/docs/current/errcodes-appendix.html). */
const unavailablePostgresCodes = /^(?:08|28|3D|53|57|58|XX)|^(?:25006|40001|40P01|25P03)$/

/** An unknown user or database, or a wrong password: retrying does not help. */
const refusedPostgresCodes = /^(?:28|3D)/

const networkErrorCodes =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** Errors of `pg` and Kysely that have no code, for a connection that failed or was lost. */
const connectionErrorMessages =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|driver has already been destroyed)/

/** Whether an error means that the database is unreachable, locked, full or broken. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  // The lowest byte of an extended result code is the primary one.
  if (code === 'ERR_SQLITE_ERROR') return unavailableSqliteCodes.has(Number(errcode) & 0xff)
  // The database has been closed.
  if (code === 'ERR_INVALID_STATE') return true
  if (typeof code === 'string')
    return unavailablePostgresCodes.test(code) || networkErrorCodes.test(code)
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  return connectionErrorMessages.test(error.message)
}

/** Whether a statement of PostgreSQL was cancelled because it ran for too long, such as waiting for a lock. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014'
}

/** Whether the database refuses the login or does not exist, which only the operator can fix. */
export function isDatabaseAccessRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && refusedPostgresCodes.test(String(error.code))
}

/** The 503 for it. After a lost connection during a commit, it is unknown whether the commit succeeded. */
export function createDatabaseUnavailable(cause: unknown): Problem {
  return new Problem(
    'database_unavailable',
    'The database cannot be used at the moment. Nothing is half done; try again in a few seconds',
    { retryAfterSeconds: 5, cause },
  )
}
