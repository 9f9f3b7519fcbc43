import type { Db } from '../db/database.ts'
import { type Queue, queues } from '../job-handlers.ts'
import { findOutage } from './outage.ts'

/** What operators should know of the lanes, such as that one is in trouble while jobs wait for it. */
export async function findQueueWarnings(db: Db): Promise<string[]> {
  const warnings = await Promise.all(
    queues.map(async (lane) => [
      ...(await describeOutage(db, lane)),
      ...((await lane.warnings?.(db)) ?? []),
    ]),
  )
  return warnings.flat()
}

async function describeOutage(db: Db, { name, handlers }: Queue): Promise<string[]> {
  const trouble = await findOutage(db, name)
  const waiting = trouble && (await waitingFor(db, Object.keys(handlers)))
  if (!waiting) return []
  return [`${name}: ${trouble.reason} (since ${trouble.since}; ${waiting} wait, none is lost)`]
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
