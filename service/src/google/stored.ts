import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'

/** A pass that somebody has tapped to save to Google Wallet. */
export type GooglePass = Selectable<Database['google_pass']>

/** Finds what is known of a pass at Google; undefined when nobody has tapped it. */
export async function findGooglePass(
  db: Db | Trx,
  serialNumber: string,
): Promise<GooglePass | undefined> {
  return db
    .selectFrom('google_pass')
    .selectAll()
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst()
}

/** Counts those of these passes that Google has. */
export async function countStoredAtGoogle(
  db: Db,
  serialNumbers: readonly string[],
): Promise<number> {
  if (serialNumbers.length === 0) return 0
  const { count } = await db
    .selectFrom('google_pass')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('serial_number', 'in', serialNumbers)
    .where('stored_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Stores that a pass is about to be stored at Google, with the class that it then has for good. */
export async function beginGooglePass(
  trx: Trx,
  { serialNumber, classId }: { serialNumber: string; classId: string },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('google_pass')
    .values({
      serial_number: serialNumber,
      class_id: classId,
      said_hash: null,
      stored_at: null,
      saves: 0,
      job_id: null,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('serial_number').doNothing())
    .execute()
}

/** Changes what is known of a pass at Google. */
export async function updateGooglePass(
  db: Db | Trx,
  serialNumber: string,
  change: Partial<Omit<GooglePass, 'serial_number'>>,
): Promise<void> {
  await db
    .updateTable('google_pass')
    .set(change)
    .where('serial_number', '=', serialNumber)
    .execute()
}

/** Forgets a pass that was never stored at Google. */
export async function deleteUnstoredGooglePass(trx: Trx, serialNumber: string): Promise<void> {
  await trx
    .deleteFrom('google_pass')
    .where('serial_number', '=', serialNumber)
    .where('stored_at', 'is', null)
    .execute()
}

/** Stores what Google says of a class. */
export async function saveGoogleClass(
  db: Db,
  { id, saidHash }: { id: string; saidHash: string },
  now: Date,
): Promise<void> {
  const row = { said_hash: saidHash, ensured_at: now.toISOString() }
  await db
    .insertInto('google_class')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** Finds the hash of what Google was last told of a class. */
export async function findGoogleClassHash(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('google_class')
    .select('said_hash')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.said_hash
}

/** Records the nonce of a callback; false when it was there before. */
export async function insertNonce(trx: Trx, nonce: string, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('google_nonce')
    .values({ nonce, received_at: now.toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows !== 0n
}
