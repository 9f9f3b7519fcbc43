import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Db, Trx } from './database.ts'

/** Runs a query with these values. */
export type PreparedQuery<Values, Row> = (db: Db | Trx, values: Values) => Promise<QueryResult<Row>>

/** The places of a query where the values of a run go. */
export type Places<Values> = { [Name in keyof Values]: RawBuilder<Values[Name]> }

type Build<Values, Row> = (db: Db | Trx, places: Places<Values>) => CompiledQuery<Row>

interface Prepared<Row> {
  query: CompiledQuery<Row>
  /** The name of the value at each parameter; undefined where the query has a constant. */
  names: (string | undefined)[]
}

/**
 * Prepares a query that runs for every pass: Kysely compiles it once for each kind of database, and
 * after that only fills in the values, which always have the same names.
 */
export function prepareQuery<Values extends Record<keyof Values, unknown>>() {
  return <Row>(build: Build<Values, Row>): PreparedQuery<Values, Row> => {
    const preparedByAdapter = new WeakMap<object, Prepared<Row>>()
    return (db, values) => {
      const { adapter, plugins } = db.getExecutor()
      const known = preparedByAdapter.get(adapter)
      // Plugins see every query, and may change it.
      const isKnown = known !== undefined && plugins.length === 0
      const prepared = isKnown ? known : compile(db, build, Object.keys(values))
      if (plugins.length === 0) preparedByAdapter.set(adapter, prepared)
      const byName: Record<string, unknown> = values
      const { query, names } = prepared
      const parameters = query.parameters.map((constant, index) => {
        const name = names[index]
        return name === undefined ? constant : byName[name]
      })
      return db.executeQuery({ ...query, parameters })
    }
  }
}

function compile<Values, Row>(
  db: Db | Trx,
  build: Build<Values, Row>,
  names: string[],
): Prepared<Row> {
  const markers = new Map<unknown, string>()
  const places = names.map((name) => {
    const marker = Object.freeze({})
    markers.set(marker, name)
    return [name, sql`${marker}`]
  })
  const query = build(db, Object.fromEntries(places))
  return { query, names: query.parameters.map((parameter) => markers.get(parameter)) }
}
