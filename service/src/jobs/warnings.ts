import type { Db } from '../db/database.ts'
import { lanes } from './handlers.ts'
import { troubleOf } from './lane.ts'

/** What operators should know, a sentence for each lane that is in trouble while jobs wait for it. */
export async function laneWarnings(db: Db): Promise<string[]> {
  const warnings = await Promise.all(
    lanes.map(async ({ name, handlers }) => {
      const trouble = await troubleOf(db, name)
      const waiting = trouble && (await waitingFor(db, Object.keys(handlers)))
      if (!waiting) return []
      return [`${name}: ${trouble.trouble} (since ${trouble.since}; ${waiting} wait, none is lost)`]
    }),
  )
  return warnings.flat()
}

async function waitingFor(db: Db, kinds: string[]): Promise<number> {
  const { count } = await db
    .selectFrom('job')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('state', '=', 'waiting')
    .where('kind', 'in', kinds)
    .executeTakeFirstOrThrow()
  return Number(count)
}
