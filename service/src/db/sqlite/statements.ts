import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

/** Runs a compiled query on one connection; each statement is prepared once, for there are few. */
export type RunQuery = <R>(query: CompiledQuery) => QueryResult<R>

interface Prepared {
  statement: StatementSync
  returnsRows: boolean
}

/** Creates the runner of a connection. What SQLite reports is thrown as it is. */
export function createQueryRunner(connection: DatabaseSync): RunQuery {
  const prepared = new Map<string, Prepared>()
  return <R>({ sql, parameters }: CompiledQuery) => {
    const { statement, returnsRows } = prepare(sql)
    const values = parameters as SQLInputValue[]
    if (returnsRows) return { rows: statement.all(...values) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes) }
  }

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql)
    if (known) return known
    const statement = connection.prepare(sql)
    const made = { statement, returnsRows: statement.columns().length > 0 }
    prepared.set(sql, made)
    return made
  }
}
