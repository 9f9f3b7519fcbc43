import type { Trx } from '../../db/database.ts'
import type { TemplateVersion } from './template.ts'

/**
 * Counts that a pass is now made from the present version of a template: `added` is 1 where it was not
 * made from this template before, else 0. False when the template was changed or deleted meanwhile.
 */
export async function countPresent(
  trx: Trx,
  { templateId, version }: Pick<TemplateVersion, 'templateId' | 'version'>,
  added: 0 | 1,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('template')
    .set((eb) => ({ passes: eb('passes', '+', added) }))
    .where('id', '=', templateId)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Counts that a pass is no longer made from a template, or no longer lives. */
export async function countOff(trx: Trx, templateId: string): Promise<void> {
  await trx
    .updateTable('template')
    .set((eb) => ({ passes: eb('passes', '-', 1) }))
    .where('id', '=', templateId)
    .execute()
}
