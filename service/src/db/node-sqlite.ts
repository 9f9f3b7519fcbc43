import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
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

/** A transaction that starts by reading cannot be made a writing one while another writes. */
class ImmediateDriver extends SqliteDriver {
  readonly #connection: DatabaseSync

  constructor(connection: DatabaseSync) {
    super({ database: withStatements(connection) })
    this.#connection = connection
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** On a full disk SQLite has rolled back by itself; a second time would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection)
  }
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
  const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  connection.exec('pragma journal_mode = wal')
  connection.exec('pragma synchronous = full')
  connection.exec('pragma foreign_keys = on')
  return connection
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
