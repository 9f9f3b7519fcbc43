import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import type { ChangedPass, ChangeOptions } from '../change/change.ts'
import { isOfTemplate, type PassOfTemplate } from '../from-template/own-version.ts'
import {
  createPreparedSources,
  type NeededImage,
  prepareNeeded,
  type RefillOptions,
  refill,
} from '../from-template/refill.ts'
import type { PassRecord } from '../store/pass.ts'
import { updateSigned } from './signed.ts'
import { applyUpdate } from './update-content.ts'

/** Which version a pass is filled in from, and with what; worked out from the pass as it is under the lock. */
export type PlanRefill = (
  record: PassOfTemplate,
) => Pick<RefillOptions, 'from' | 'to' | 'origin'> | 'unchanged'

/** How often a pass may change so that it needs other images, while they are fetched. */
const MAX_ATTEMPTS = 5

/**
 * Fills in the template of a pass anew, as any other change. Images are fetched and the pass is signed
 * before it is locked. Throws what `refill` and `changePass` throw.
 */
export async function changeFromTemplate(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  plan: PlanRefill,
  options: ChangeOptions,
): Promise<ChangedPass> {
  const prepared = createPreparedSources()
  const now = ctx.now()
  const resolve = (record: PassRecord) => {
    const planned = isOfTemplate(record) ? plan(record) : 'unchanged'
    if (planned === 'unchanged' || !isOfTemplate(record)) return 'unchanged'
    return refill(ctx, key, record, { ...planned, prepared, now })
  }
  let needed: NeededImage[] = []
  const first = seen.deletedAt === null ? resolve(seen) : 'unchanged'
  if (first !== 'unchanged' && 'needed' in first) needed = first.needed
  for (let attempt = 1; ; attempt += 1) {
    await prepareNeeded(ctx, key.id, needed, prepared)
    needed = []
    const apply = (record: PassRecord, at: Date) => {
      const refilled = resolve(record)
      if (refilled === 'unchanged') return refilled
      if ('content' in refilled) return applyUpdate(record, refilled.content, at)
      needed = refilled.needed
      throw new Error('A pass that was changed meanwhile needs other images')
    }
    const { images } = prepared
    try {
      return await updateSigned(ctx, key, seen, { apply, images }, options)
    } catch (error) {
      if (needed.length === 0 || attempt === MAX_ATTEMPTS) throw error
    }
  }
}
