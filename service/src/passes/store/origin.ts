import { Problem } from '@passwright/shared'
import type { Trx } from '../../db/database.ts'
import { countOff, countPresent } from '../../templates/store/passes.ts'
import type { PassRecord } from './pass.ts'

/**
 * Counts a pass at its template, in the transaction that stores it and after the pass is locked. False
 * when it was made from a version that is no longer the present one, unless it was so before.
 */
export async function tryCountOrigin(
  trx: Trx,
  record: PassRecord,
  before?: PassRecord,
): Promise<boolean> {
  const [now, earlier] = [toLiving(record), before && toLiving(before)]
  const isSameTemplate = now?.templateId === earlier?.templateId
  if (isSameTemplate && now?.version === earlier?.version) return true
  if (earlier && !isSameTemplate) await countOff(trx, earlier.templateId)
  return now === undefined || countPresent(trx, now, isSameTemplate ? 0 : 1)
}

/** The same, but throws where that cannot be. */
export async function countOrigin(trx: Trx, record: PassRecord, before: PassRecord): Promise<void> {
  if (await tryCountOrigin(trx, record, before)) return
  throw new Problem('overloaded', 'The template was changed at the same time; try again', {
    retryAfterSeconds: 1,
  })
}

function toLiving({ template, deletedAt }: PassRecord) {
  return deletedAt === null ? template : undefined
}
