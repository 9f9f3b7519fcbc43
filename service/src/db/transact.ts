import type { Db, Trx } from './database.ts'

/** Ends a transaction without a trace and makes `outcome` what it gives. */
export type Rollback<T> = (outcome: T) => never

/** Runs work in one transaction; gives what it gives, committed, or what it undid with. */
export async function transact<T>(
  db: Db,
  work: (trx: Trx, undo: Rollback<T>) => Promise<T>,
): Promise<T> {
  let undone: { outcome: T } | undefined
  const undo: Rollback<T> = (outcome) => {
    undone = { outcome }
    throw new Error('undone')
  }
  try {
    return await db.transaction().execute((trx) => work(trx, undo))
  } catch (error) {
    if (undone) return undone.outcome
    throw error
  }
}
