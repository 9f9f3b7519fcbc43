import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'

/** Node's own SQLite behind Kysely: no native build, one connection, writes that queue. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: DatabaseSync

  constructor(file: string) {
    const connection = open(file)
    super({ database: withStatements(connection) })
    this.#connection = connection
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#connection)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter()
  }
}

/** How long a transaction waits while another process writes, and how often it asks. */
const PATIENCE_MS = 1_000
const ASK_AGAIN_MS = 15

/** A transaction that starts by reading cannot be made a writing one while another writes. */
class ImmediateDriver extends SqliteDriver {
  readonly #connection: DatabaseSync
  #lock: { since: number; seen: number } | undefined

  constructor(connection: DatabaseSync) {
    super({ database: withStatements(connection) })
    this.#connection = connection
  }

  /**
   * Asks without waiting in SQLite, which would hold up everything else. Who comes when the lock
   * has stood for longer than our patience is told so at once.
   */
  override async beginTransaction(): Promise<void> {
    for (let locked = this.#begin(); locked; locked = this.#begin()) {
      const now = performance.now()
      const known = this.#lock && now - this.#lock.seen < PATIENCE_MS ? this.#lock : undefined
      this.#lock = { since: known?.since ?? now, seen: now }
      if (now - this.#lock.since > PATIENCE_MS) throw locked
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
    this.#lock = undefined
  }

  /** Gives SQLite's error when another process writes. */
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

  /** On a full disk SQLite has rolled back by itself; a second time would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** SQLITE_BUSY, whatever the extended code in the higher bytes (sqlite.org/rescode.html). */
function isLocked(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

/** SQLite can undo DDL; Kysely leaves it out for the sake of older tools. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Short: node:sqlite waits for a lock on the thread that everything else runs on. */
const BUSY_TIMEOUT_MS = 500

/** Older ones can corrupt a WAL file that several connections reset (sqlite.org/wal.html). */
const OLDEST_SQLITE = '3.51.3'

function open(file: string): DatabaseSync {
  const { sqlite = '0' } = process.versions
  if (sqlite.localeCompare(OLDEST_SQLITE, 'en', { numeric: true }) < 0) {
    throw new Error(
      `This Node carries SQLite ${sqlite}; take a Node with ${OLDEST_SQLITE} or newer`,
    )
  }
  try {
    const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
    connection.exec('pragma journal_mode = wal')
    connection.exec('pragma synchronous = full')
    connection.exec('pragma foreign_keys = on')
    return connection
  } catch (error) {
    throw Object.assign(new Error(messageOf(error)), { code: 'DATABASE_FILE', path: file })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Prepares each statement once: our queries are few and always the same. */
function withStatements(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => connection.close(),
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      const statement = statementOf(connection.prepare(sql))
      statements.set(sql, statement)
      return statement
    },
  }
}

function statementOf(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  }
}
