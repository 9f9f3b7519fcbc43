import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Db, Trx } from '../../db/database.ts'
import type { PassOrigin, PassRecord } from './pass.ts'

const Values = z.record(z.string(), z.union([z.string(), z.number()]))

const Filling = z.strictObject({
  values: Values,
  beside: z.record(z.string(), z.unknown()),
  adjusted: Values,
})
type Filling = z.infer<typeof Filling>

/** Finds what a pass was filled in with; nothing where that was cleared. */
export async function findFilling(db: Db | Trx, serialNumber: string): Promise<Filling> {
  const row = await db
    .selectFrom('pass_filling')
    .select('filling')
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst()
  return row ? Filling.parse(JSON.parse(row.filling)) : { values: {}, beside: {}, adjusted: {} }
}

/** Stores what a pass is filled in with, if that is new. */
export async function storeFilling(
  trx: Trx,
  { serialNumber, template }: PassRecord,
  before?: PassRecord,
): Promise<void> {
  if (template && before?.template && isSameFilling(template, before.template)) return
  if (before?.template) {
    await trx.deleteFrom('pass_filling').where('serial_number', '=', serialNumber).execute()
  }
  if (!template) return
  const { values, beside, adjusted } = template
  const filling = JSON.stringify({ values, beside, adjusted })
  await trx.insertInto('pass_filling').values({ serial_number: serialNumber, filling }).execute()
}

function isSameFilling(one: PassOrigin, other: PassOrigin): boolean {
  return (['values', 'beside', 'adjusted'] as const).every((name) =>
    isDeepStrictEqual(one[name], other[name]),
  )
}
