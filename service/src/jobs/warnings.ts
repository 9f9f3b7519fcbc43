import type { Db } from '../db/database.ts'
import { type Lane, lanes } from '../job-handlers.ts'
import { troubleOf } from './outage.ts'

/** What operators should know of the lanes, such as that one is in trouble while jobs wait for it. */
export async function laneWarnings(db: Db): Promise<string[]> {
  const warnings = await Promise.all(
    lanes.map(async (lane) => [
      ...(await troubleWarning(db, lane)),
      ...((await lane.warnings?.(db)) ?? []),
    ]),
  )
  return warnings.flat()
}

async function troubleWarning(db: Db, { name, handlers }: Lane): Promise<string[]> {
  const trouble = await troubleOf(db, name)
  const waiting = trouble && (await waitingFor(db, Object.keys(handlers)))
  if (!waiting) return []
  return [`${name}: ${trouble.trouble} (since ${trouble.since}; ${waiting} wait, none is lost)`]
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
