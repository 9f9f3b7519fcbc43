import type { Db, Trx } from './database.ts'

/** Rolls the transaction back and makes `transact` return `result`. */
export type Rollback<T> = (result: T) => never

/** Runs work in one transaction; returns its result, or the one that it rolled back with. */
export async function transact<T>(
  db: Db,
  work: (trx: Trx, rollback: Rollback<T>) => Promise<T>,
): Promise<T> {
  let rolledBack: { result: T; error: Error } | undefined
  const rollback: Rollback<T> = (result) => {
    const error = new Error('rolled back')
    rolledBack = { result, error }
    throw error
  }
  try {
    return await db.transaction().execute((trx) => work(trx, rollback))
  } catch (error) {
    // Another error says that the rollback failed.
    if (rolledBack && error === rolledBack.error) return rolledBack.result
    throw error
  }
}
