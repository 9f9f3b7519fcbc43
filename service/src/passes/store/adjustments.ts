import type { Trx } from '../../db/database.ts'

/** Which counter of which pass has counted a reference. */
export interface AdjustmentPlace {
  serialNumber: string
  field: string
  reference: string
}

/** Finds whether a reference was counted before, and whether the counter reached its maximum with it. */
export async function findAdjustment(
  trx: Trx,
  { serialNumber, field, reference }: AdjustmentPlace,
): Promise<{ reached: boolean } | undefined> {
  const row = await trx
    .selectFrom('adjustment')
    .select('reached')
    .where('serial_number', '=', serialNumber)
    .where('field', '=', field)
    .where('reference', '=', reference)
    .executeTakeFirst()
  return row && { reached: row.reached === 1 }
}

/** Remembers that a reference was counted. */
export async function insertAdjustment(
  trx: Trx,
  { serialNumber, field, reference }: AdjustmentPlace,
  reached: boolean,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('adjustment')
    .values({
      serial_number: serialNumber,
      field,
      reference,
      reached: Number(reached),
      created_at: now.toISOString(),
    })
    .execute()
}
