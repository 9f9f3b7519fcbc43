import { Problem } from '@passwright/shared'

/** SQLite's primary result codes for a database that is busy, broken or out of space (sqlite.org/rescode.html). */
const sqliteTrouble = new Set([5, 6, 8, 10, 11, 13, 14, 15, 26])

/** PostgreSQL's classes and codes for the same (postgresql.org/docs/current/errcodes-appendix.html). */
const postgresTrouble = /^(?:08|28|3D|53|57|58|XX)|^(?:25006|40001|40P01|25P03)$/

/** A user or a database that it does not know: waiting does not help. */
const postgresRefusal = /^(?:28|3D)/

const networkTrouble =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** What `pg` and Kysely say without any code when a connection cannot be had or was lost. */
const lostConnection =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|driver has already been destroyed)/

/** Tells whether an error means that the database is away, locked, full or broken. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  // An extended result code carries the primary one in its lowest byte.
  if (code === 'ERR_SQLITE_ERROR') return sqliteTrouble.has(Number(errcode) & 0xff)
  // A database that was closed under our feet.
  if (code === 'ERR_INVALID_STATE') return true
  if (typeof code === 'string') return postgresTrouble.test(code) || networkTrouble.test(code)
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  return lostConnection.test(error.message)
}

/** Tells whether the database is there and will not have us, which only an operator can change. */
export function isDatabaseRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && postgresRefusal.test(String(error.code))
}

/** The 503 that callers get for it. Whether a commit that was cut off was carried out, nobody can say. */
export function databaseUnavailable(cause: unknown): Problem {
  return new Problem(
    'database_unavailable',
    'The database cannot be used at the moment. Nothing is half done; try again in a few seconds',
    { headers: { 'Retry-After': '5' }, cause },
  )
}
