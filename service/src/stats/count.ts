import { type StatsCounter, statsCounters } from '@passwright/shared'
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
  await raises[counter](trx, { keyId, templateId, day, by })
}

type Raise = PreparedQuery<{ keyId: string; templateId: string; day: string; by: number }, unknown>

const prepareRaise = (counter: StatsCounter): Raise => {
  const column = sql.ref(counterColumns[counter])
  const present = sql.ref(`statistic.${counterColumns[counter]}`)
  return prepareQuery<Parameters<Raise>[1]>()((trx, { keyId, templateId, day, by }) =>
    sql`
      insert into statistic (key_id, template_id, day, ${column})
      values (${keyId}, ${templateId}, ${day}, ${by})
      on conflict (key_id, template_id, day) do update
      set ${column} = ${present} + excluded.${column}`.compile(trx),
  )
}

const raises = Object.fromEntries(
  statsCounters.map((counter) => [counter, prepareRaise(counter)]),
) as Record<StatsCounter, Raise>
