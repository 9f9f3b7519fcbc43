import type { Trx } from './database.ts'

/** Lets nobody find these passes by a word any more. */
export async function deleteFromSearch(trx: Trx, serialNumbers: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('search_word')
    .where('pass', 'in', ({ selectFrom }) =>
      selectFrom('search_pass').select('number').where('serial_number', 'in', serialNumbers),
    )
    .execute()
  await trx.deleteFrom('search_pass').where('serial_number', 'in', serialNumbers).execute()
}
