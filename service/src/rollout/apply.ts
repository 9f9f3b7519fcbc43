import type { Rollout } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import { lockOwnTemplate } from '../templates/templates.ts'
import { findRolloutRow } from './repository.ts'
import { startRollout, toRollout } from './rollout.ts'

/**
 * Begins to make every living pass of a template anew from its present version; while that is running, it
 * just tells how far it is. Throws `not_found`.
 */
export async function applyTemplate(
  ctx: Context,
  key: ApiKey,
  templateId: string,
): Promise<Rollout> {
  return ctx.db.transaction().execute(async (trx) => {
    await assertKeyActive(trx, key)
    const template = await lockOwnTemplate(trx, ctx, key, templateId)
    const running = await findRolloutRow(trx, templateId)
    return running?.state === 'running'
      ? toRollout(running)
      : startRollout(trx, template, ctx.now())
  })
}
