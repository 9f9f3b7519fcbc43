import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import { createPrivateFile } from '../private-files.ts'
import { committedJobs } from './job-signal.ts'

/** Kysely on Node's own SQLite: no native build, one connection, transactions that queue. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: DatabaseSync
  readonly #file: string

  constructor(file: string) {
    const connection = openFile(file)
    super({ database: cacheStatements(connection) })
    this.#connection = connection
    this.#file = file
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#connection, this.#file)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter()
  }
}

/** How long a transaction waits while another process writes, and how often it tries again. */
const LOCK_TIMEOUT_MS = 1_000
const LOCK_RETRY_MS = 15

/** Begins transactions as writing ones: a reading one cannot be upgraded while another process writes. */
class ImmediateDriver extends SqliteDriver {
  readonly #connection: DatabaseSync
  readonly #file: string
  /** The kinds of jobs that the running transaction has queued. */
  readonly #queued = new Set<string>()
  #locked: { since: number; lastSeen: number } | undefined

  constructor(connection: DatabaseSync, file: string) {
    super({ database: cacheStatements(connection) })
    this.#connection = connection
    this.#file = file
    connection.function('pg_notify', (_channel, kind) => {
      this.#queued.add(String(kind))
      return null
    })
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection)
    const kinds = [...this.#queued]
    this.#queued.clear()
    for (const kind of kinds) committedJobs.emit(this.#file, kind)
  }

  /**
   * Polls for the lock, because waiting for it inside SQLite would block the event loop. When the
   * database has been locked for longer than the timeout, further transactions fail at once.
   */
  override async beginTransaction(): Promise<void> {
    for (let error = this.#begin(); error; error = this.#begin()) {
      const now = performance.now()
      const isRecent = this.#locked && now - this.#locked.lastSeen < LOCK_TIMEOUT_MS
      const since = this.#locked && isRecent ? this.#locked.since : now
      this.#locked = { since, lastSeen: now }
      if (now - since > LOCK_TIMEOUT_MS) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS))
    }
    this.#locked = undefined
  }

  /** Returns SQLite's error when another process writes. */
  #begin(): Error | undefined {
    this.#connection.exec('pragma busy_timeout = 0')
    try {
      this.#connection.exec('begin immediate')
      return undefined
    } catch (error) {
      if (isLocked(error)) return error
      throw error
    } finally {
      this.#connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }

  /** On a full disk SQLite has already rolled back; doing it again would hide the original error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#queued.clear()
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** SQLITE_BUSY, with any extended code in the higher bytes (sqlite.org/rescode.html). */
function isLocked(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

/** SQLite can roll back DDL, although Kysely assumes that it cannot. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Short, because node:sqlite blocks the event loop while it waits for a lock. */
const BUSY_TIMEOUT_MS = 500

/** Older versions can corrupt a WAL file that several connections reset (sqlite.org/wal.html). */
const MIN_SQLITE_VERSION = '3.51.3'

function openFile(file: string): DatabaseSync {
  const { sqlite = '0' } = process.versions
  if (sqlite.localeCompare(MIN_SQLITE_VERSION, 'en', { numeric: true }) < 0) {
    throw new Error(
      `This Node.js includes SQLite ${sqlite}; use one with SQLite ${MIN_SQLITE_VERSION} or newer`,
    )
  }
  try {
    // SQLite would create it readable for everyone; it gives its other files the same mode.
    createPrivateFile(file)
    const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
    connection.exec('pragma journal_mode = wal')
    connection.exec('pragma synchronous = full')
    connection.exec('pragma foreign_keys = on')
    return connection
  } catch (error) {
    throw Object.assign(new Error(toMessage(error)), { code: 'DATABASE_FILE', path: file })
  }
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Prepares each statement once: there are only a few different queries. */
function cacheStatements(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => connection.close(),
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      const statement = toSqliteStatement(connection.prepare(sql))
      statements.set(sql, statement)
      return statement
    },
  }
}

function toSqliteStatement(statement: StatementSync): SqliteStatement {
  const toValues = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...toValues(parameters)),
    run: (parameters) => statement.run(...toValues(parameters)),
    iterate: (parameters) => statement.iterate(...toValues(parameters)),
  }
}
