import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { GroupCommit } from './group-commit.ts'
import type { RunQuery } from './statements.ts'

/** What Kysely takes for a connection: one transaction, or queries outside of one. */
export interface SqliteSession extends DatabaseConnection {
  begin: () => Promise<void>
  /** Does nothing without a transaction: Kysely also rolls back what could not be committed. */
  end: (how: 'commit' | 'rollback') => Promise<void>
}

/**
 * Creates a session. Outside of a transaction it reads only what is durable, and writes in a
 * transaction of its own.
 */
export function createSession(
  transactions: GroupCommit,
  write: RunQuery,
  read: RunQuery,
): SqliteSession {
  let isInTransaction = false
  return { begin, end, executeQuery, streamQuery }

  async function begin(): Promise<void> {
    await transactions.begin()
    isInTransaction = true
  }

  async function end(how: 'commit' | 'rollback'): Promise<void> {
    if (!isInTransaction) return
    isInTransaction = false
    await transactions[how]()
  }

  async function executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const execute = () => transactions.execute(() => write<R>(query))
    if (isInTransaction) return execute()
    if (isRead(query)) return read(query)
    await begin()
    try {
      const result = execute()
      await end('commit')
      return result
    } catch (error) {
      await end('rollback')
      throw error
    }
  }

  function streamQuery(): never {
    throw new Error('Queries are not streamed: their rows fit into memory')
  }
}

/** Whether a query only reads. What else reads, such as a pragma, may run in a transaction as well. */
function isRead({ query, sql }: CompiledQuery): boolean {
  return query.kind === 'SelectQueryNode' || /^\s*select\b/i.test(sql)
}
