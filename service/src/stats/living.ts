import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Stats } from '@passwright/shared/schema'
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { createSharing } from '../concurrency/sharing.ts'
import type { Db } from '../db/database.ts'

type Living = Stats['now']

/** Counts the passes of a key, of one template or of all, that can be used: not voided, not expired. */
export type CountLiving = (
  keyId: string,
  templateIds: readonly string[] | undefined,
  now: Date,
) => Promise<Living>

/** How many passes one query counts, so that it blocks nothing else for long. */
const WINDOW_SIZE = 20_000
/** So many take a noticeable time to count, and are counted once a minute at most. */
const MANY_PASSES = 100_000
const REMEMBERED_MS = 60_000

/** Creates the function; requests at the same time share one count. */
export function createCountLiving(db: Db): CountLiving {
  const share = createSharing<Living>()
  const remembered = new LRUCache<string, { at: number; counts: Living }>({ max: 1_000 })
  return (keyId, templateIds, now) => {
    const id = JSON.stringify([keyId, templateIds])
    return share(id, async () => {
      const at = now.getTime()
      const last = remembered.get(id)
      if (last && Math.abs(at - last.at) < REMEMBERED_MS) return last.counts
      const counts = await countInWindows(db, keyId, templateIds, now)
      if (counts.living >= MANY_PASSES) remembered.set(id, { at, counts })
      return counts
    })
  }
}

async function countInWindows(
  db: Db,
  keyId: string,
  templateIds: readonly string[] | undefined,
  now: Date,
): Promise<Living> {
  const total = { living: 0, installed: 0, neverInstalled: 0 }
  for (let after = ''; ; await nextTurn()) {
    const window = await countWindow(db, { keyId, templateIds, after, now })
    total.living += window.living
    total.installed += window.installed
    total.neverInstalled += window.living - window.everInstalled
    if (window.size < WINDOW_SIZE || window.last === null) return total
    after = window.last
  }
}

interface Window {
  size: number
  last: string | null
  living: number
  installed: number
  everInstalled: number
}

/** Looks at the next passes of the index `pass_living`, which a deleted pass is not in either: it is voided. */
async function countWindow(
  db: Db,
  query: { keyId: string; templateIds: readonly string[] | undefined; after: string; now: Date },
): Promise<Window> {
  const { keyId, templateIds, after, now } = query
  const { rows } = await sql<Window>`
    select
      cast(count(*) as integer) as size,
      max(serial_number) as last,
      cast(coalesce(sum(living), 0) as integer) as living,
      cast(coalesce(sum(case when installs > 0 then living end), 0) as integer) as installed,
      cast(coalesce(sum(case when exists (
        select 1 from installed_pass where installed_pass.serial_number = passes.serial_number
      ) then living end), 0) as integer) as "everInstalled"
    from (
      select serial_number, installs, case
        when (expiration_date is null or expiration_date > ${now.toISOString()})
          and ${templateIds === undefined ? sql`true` : sql`template_id in (${sql.join(templateIds)})`}
        then 1 else 0 end as living
      from pass where key_id = ${keyId} and voided = 0 and serial_number > ${after}
      order by serial_number limit ${WINDOW_SIZE}
    ) as passes`.execute(db)
  return rows[0] ?? { size: 0, last: null, living: 0, installed: 0, everInstalled: 0 }
}
