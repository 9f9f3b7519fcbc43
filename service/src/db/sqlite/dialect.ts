import { type Driver, SqliteAdapter, SqliteDialect } from 'kysely'
import { createBegin } from './begin.ts'
import type { ExpectedWrites } from './expected-writes.ts'
import { createGroupCommit, type GroupCommit, type OnGroupCommit } from './group-commit.ts'
import { signalCommittedJobs } from './job-signals.ts'
import { openFile, type SqliteConnections } from './open-file.ts'
import { createSession, type SqliteSession } from './session.ts'
import { createQueryRunner } from './statements.ts'

/**
 * Kysely on Node's own SQLite: no native build. One connection writes, in transactions that share
 * their commits; another reads what has been committed.
 */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connections: SqliteConnections

  readonly #file: string
  readonly #expected: ExpectedWrites
  readonly #onGroupCommit: OnGroupCommit

  constructor(file: string, expected: ExpectedWrites, onGroupCommit: OnGroupCommit = () => {}) {
    super({ database: () => Promise.reject(new Error('The driver has its own connections')) })
    this.#connections = openFile(file)
    this.#file = file
    this.#expected = expected
    this.#onGroupCommit = onGroupCommit
  }

  override createDriver(): Driver {
    return new GroupCommitDriver(this.#connections, this.#file, this.#expected, this.#onGroupCommit)
  }

  override createAdapter(): SqliteAdapter {
    return new NodeSqliteAdapter()
  }
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** SQLite can roll back DDL, although Kysely assumes that it cannot. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** The driver itself puts transactions one after the other. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class GroupCommitDriver implements Driver {
  readonly #connections: SqliteConnections
  readonly #transactions: GroupCommit
  readonly #createSession: () => SqliteSession

  constructor(
    connections: SqliteConnections,
    file: string,
    expected: ExpectedWrites,
    onGroupCommit: OnGroupCommit,
  ) {
    const { writer, reader } = connections
    const signalJobs = signalCommittedJobs(writer, file)
    const transactions = createGroupCommit(writer, {
      beginGroup: createBegin(writer),
      expected,
      onCommit: (commit) => {
        signalJobs()
        onGroupCommit(commit)
      },
    })
    const write = createQueryRunner(writer)
    const read = createQueryRunner(reader)
    this.#connections = connections
    this.#transactions = transactions
    this.#createSession = () => createSession(transactions, write, read)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteSession> {
    return this.#createSession()
  }

  async beginTransaction(session: SqliteSession): Promise<void> {
    await session.begin()
  }

  async commitTransaction(session: SqliteSession): Promise<void> {
    await session.end('commit')
  }

  async rollbackTransaction(session: SqliteSession): Promise<void> {
    await session.end('rollback')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#transactions.close()
    this.#connections.reader.close()
    // Last, because a reading connection leaves the write-ahead log behind.
    this.#connections.writer.close()
  }
}
