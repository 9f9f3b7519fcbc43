import { assertKeyActive } from '../../accounts/auth.ts'
import { consumeQuota } from '../../accounts/quota.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import type { Rollback } from '../../db/transact.ts'
import { notifyDevices } from '../../devices/notify.ts'
import { toPassEmail } from '../../email/email.ts'
import { publish } from '../../events/publish.ts'
import { queuePassEmail } from '../change/email.ts'
import { queueGoogleChange } from '../change/google.ts'
import { findChangedFields } from '../content/changed-fields.ts'
import { saveImages } from '../images/repository.ts'
import { tryCountOrigin } from '../store/origin.ts'
import { toApiPass } from '../store/pass.ts'
import {
  insertPass,
  lockPassByExternalId,
  updateOrigin,
  updatePassRow,
} from '../store/repository.ts'
import type { Creation } from './creation.ts'
import type { Draft } from './draft.ts'

/** What another request was faster with. */
export type Overtaken = 'conflict' | 'template changed'

/** Stores a draft with all that comes with it, in the transaction; rolls back when it was overtaken. */
export async function storeDraft(
  trx: Trx,
  rollback: Rollback<Overtaken>,
  ctx: Context,
  { key, request, images, now, onStore, mergedInto }: Creation,
  draft: Draft,
): Promise<void> {
  const { record, existing, outcome, email } = draft
  const isChanged = outcome === 'created' || outcome === 'updated'
  if (mergedInto && mergedInto.updatedAt !== existing?.updatedAt)
    return rollback('template changed')
  await assertKeyActive(trx, key)
  await onStore?.(trx, draft)
  if (isChanged) {
    const isStored = existing
      ? await updatePassRow(trx, record, existing)
      : await insertPass(trx, record)
    if (!isStored) return rollback('conflict')
    if (!(await tryCountOrigin(trx, record, existing))) return rollback('template changed')
    await saveImages(trx, images, now)
  } else if (email || record !== existing) {
    // A transaction that writes about a pass locks it first, see `lockPass`.
    await lockPassByExternalId(trx, ctx.config.database.kind, key.id, request)
  }
  if (!isChanged && existing && record !== existing) {
    if (!(await tryCountOrigin(trx, record, existing))) return rollback('template changed')
    await updateOrigin(trx, record, existing)
  }
  if (outcome === 'updated') await notifyDevices(trx, ctx, record, now)
  if (existing && outcome === 'updated') await queueGoogleChange(trx, ctx, existing, record, now)
  const queued = email && (await queuePassEmail(trx, ctx, record, email, now))
  if (!isChanged) return

  const withEmail = queued ? { ...record, email: toPassEmail(queued) } : record
  const data = {
    ...toApiPass(withEmail, ctx.config),
    ...(existing && { changed: findChangedFields(existing, record) }),
  }
  await publish(trx, { keyId: key.id, type: `pass.${outcome}`, data, now })
  if (outcome === 'created') await consumeQuota(trx, ctx, key, now)
}
