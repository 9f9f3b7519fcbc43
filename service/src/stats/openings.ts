import type { Logger } from 'pino'
import type { Db } from '../db/database.ts'
import { raiseCounter, type StatsRow } from './count.ts'

/** Counts visits of share pages in memory, and stores the counts together. */
export interface Openings {
  count: (opening: StatsRow) => void
  /** Stores what was counted; never throws. */
  store: () => Promise<void>
}

/** How long a visit is only in memory. Nobody waits for the database, however many visits there are. */
const STORE_AFTER_MS = 1_000

/** Creates the counter; visits that cannot be stored are lost. */
export function createOpenings(db: Db, log: Logger): Openings {
  let counted = new Map<string, { row: StatsRow; count: number }>()
  let timer: NodeJS.Timeout | undefined
  return { count, store }

  function count(row: StatsRow): void {
    const id = JSON.stringify([row.keyId, row.templateId, row.day])
    counted.set(id, { row, count: (counted.get(id)?.count ?? 0) + 1 })
    timer ??= setTimeout(store, STORE_AFTER_MS)
  }

  async function store(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = counted
    counted = new Map()
    for (const { row, count } of batch.values()) {
      try {
        await db.transaction().execute((trx) => raiseCounter(trx, row, 'opened', count))
      } catch (error) {
        log.warn({ error }, 'could not count visits of share pages')
      }
    }
  }
}
