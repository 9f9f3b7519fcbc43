import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { renderPass } from '../content/render.ts'
import { isOfTemplate, type PassOfTemplate } from '../from-template/own-version.ts'
import {
  createPreparedSources,
  type NeededImage,
  type PreparedSources,
  prepareNeeded,
  type RefillOptions,
  refill,
} from '../from-template/refill.ts'
import type { PassRecord } from '../store/pass.ts'
import { type ChangedPass, type ChangeOptions, changePass } from './change.ts'
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
  options: ChangeOptions & { prepared?: PreparedSources } = {},
): Promise<ChangedPass> {
  const { prepared = createPreparedSources(), ...changeOptions } = options
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
    await assertRenders(ctx, seen, resolve, prepared)
    const apply = (record: PassRecord, at: Date) => {
      const refilled = resolve(record)
      if (refilled === 'unchanged') return refilled
      if ('content' in refilled) return applyUpdate(record, refilled.content, at)
      needed = refilled.needed
      throw new Error('A pass that was changed meanwhile needs other images')
    }
    const images = prepared.images
    try {
      const change = { event: 'pass.updated', apply, images } as const
      return await changePass(ctx, key, seen.serialNumber, change, changeOptions)
    } catch (error) {
      if (needed.length === 0 || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

/** Signs the pass once before it is locked: what cannot be signed is refused, and nothing is stored. */
async function assertRenders(
  ctx: Context,
  seen: PassRecord,
  resolve: (record: PassRecord) => ReturnType<typeof refill> | 'unchanged',
  { images }: PreparedSources,
): Promise<void> {
  if (seen.deletedAt !== null) return
  const refilled = resolve(seen)
  if (refilled !== 'unchanged' && 'content' in refilled) {
    await renderPass(ctx, { ...seen, ...refilled.content }, images)
  }
}
