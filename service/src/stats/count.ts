import type { StatsCounter } from '@passwright/shared/schema'
import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'
import { type PreparedQuery, prepareQuery } from '../db/prepared-query.ts'
import { counterColumns } from './counters.ts'

/** What is counted together: all that happens on one UTC day to a key's passes of one template. */
export interface StatsRow {
  keyId: string
  /** Undefined for passes without a template. */
  templateId: string | undefined
  /** In UTC, such as `2027-01-15`. */
  day: string
}

/** Raises a counter, in the transaction of what it counts. */
export async function raiseCounter(
  trx: Trx,
  { keyId, templateId = '', day }: StatsRow,
  counter: StatsCounter,
  by = 1,
): Promise<void> {
  const name = counterColumns[counter]
  const increment = increments.get(name) ?? prepareIncrement(name)
  increments.set(name, increment)
  await increment(trx, { keyId, templateId, day, by })
}

interface Increment {
  keyId: string
  templateId: string
  day: string
  by: number
}

/** By column. */
const increments = new Map<string, PreparedQuery<Increment, unknown>>()

function prepareIncrement(name: string): PreparedQuery<Increment, unknown> {
  const [column, current] = [sql.ref(name), sql.ref(`statistic.${name}`)]
  return prepareQuery<Increment>()((trx, { keyId, templateId, day, by }) =>
    sql`
      insert into statistic (key_id, template_id, day, ${column})
      values (${keyId}, ${templateId}, ${day}, ${by})
      on conflict (key_id, template_id, day) do update
      set ${column} = ${current} + excluded.${column}`.compile(trx),
  )
}
