import { statSync } from 'node:fs'
import { sql } from 'kysely'
import type { Db, Dialect } from '../db/database.ts'
import { withExistingDatabase } from './existing-database.ts'
import { type Finding, findBroken, findOk, type Patient } from './finding.ts'

const MINUTE_MS = 60_000

/** Receivers of webhooks refuse signatures that are older than this, and Wallet those of the future. */
const TOLERANCE_MS = 5 * MINUTE_MS

/** Another clock, or a time that has passed. */
interface Witness {
  /** As the end of a sentence: the clock is behind … */
  name: string
  at: Date
  /** When that was, by our clock. */
  seenAt: Date
  /** Only a time that has passed: our clock may be as far ahead of it as it likes. */
  isPast: boolean
}

/** Whether the clock is right, by whatever else knows the time: no clock on the internet is asked. */
export async function checkClock({ config, now, probeHealth }: Patient): Promise<Finding[]> {
  const found = await Promise.all([
    askPublicUrl(config.publicUrl, probeHealth, now),
    withExistingDatabase(config, (db) => askDatabase(db, config.database.kind, now)).catch(
      // That it cannot be used is another check's finding.
      () => [],
    ),
  ])
  const witnesses = [...found.flatMap((each) => each ?? []), askInstallation(now)]
  const wrong = witnesses.flatMap(describe)
  return wrong.length > 0
    ? wrong
    : [
        findOk(
          'clock',
          `The clock (${now().toISOString()}) agrees with whatever else knows the time`,
        ),
      ]
}

function describe({ name, at, seenAt, isPast }: Witness): Finding[] {
  const aheadMs = seenAt.getTime() - at.getTime()
  if (aheadMs >= -TOLERANCE_MS && (isPast || aheadMs <= TOLERANCE_MS)) return []
  const minutes = Math.round(Math.abs(aheadMs) / MINUTE_MS)
  const message = `This machine's clock is ${minutes} minutes ${aheadMs < 0 ? 'behind' : 'ahead of'} ${name}`
  const fix = 'Set the clock by the network, such as with: timedatectl set-ntp true'
  return [findBroken('clock_wrong', message, fix)]
}

/** The proxy in front of the service may be another machine. */
async function askPublicUrl(
  publicUrl: string,
  probeHealth: Patient['probeHealth'],
  now: () => Date,
): Promise<Witness[]> {
  const reply = await probeHealth()
  if ('error' in reply || !reply.date) return []
  const name = `that of ${new URL(publicUrl).host}`
  return [{ name, at: reply.date, seenAt: now(), isPast: false }]
}

async function askDatabase(db: Db, dialect: Dialect, now: () => Date): Promise<Witness[]> {
  const { at } = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('created_at').as('at'))
    .executeTakeFirstOrThrow()
  const newest = { name: 'the newest event in the database', seenAt: now(), isPast: true }
  const rows = at === null ? [] : [{ ...newest, at: new Date(at) }]
  if (dialect === 'sqlite') return rows
  const { rows: clock } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db)
  const server = { name: 'that of PostgreSQL', seenAt: now(), isPast: false }
  return [...rows, ...clock.map((row) => ({ ...server, at: row.at }))]
}

/** The files of this version were written before they run. */
function askInstallation(now: () => Date): Witness {
  const { mtime } = statSync(new URL('../../package.json', import.meta.url))
  return { name: 'the installed files', at: mtime, seenAt: now(), isPast: true }
}
