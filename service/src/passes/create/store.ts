import { assertKeyActive } from '../../accounts/auth.ts'
import { consumeQuota } from '../../accounts/quota.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import type { Rollback } from '../../db/transact.ts'
import { notifyDevices } from '../../devices/notify.ts'
import { toPassEmail } from '../../email/email.ts'
import { publish } from '../../events/publish.ts'
import { queuePassEmail } from '../change/email.ts'
import { findChangedFields } from '../content/changed-fields.ts'
import { saveImages } from '../images/repository.ts'
import { toApiPass } from '../store/pass.ts'
import { insertPass, lockPassByExternalId, updatePassRow } from '../store/repository.ts'
import type { Creation } from './creation.ts'
import type { Draft } from './draft.ts'

/** Stores a draft with all that comes with it, in the transaction; rolls back on a conflict. */
export async function storeDraft(
  trx: Trx,
  rollback: Rollback<'conflict'>,
  ctx: Context,
  { key, request, images, now, onStore }: Creation,
  draft: Draft,
): Promise<void> {
  const { record, existing, outcome, email } = draft
  const isChanged = outcome === 'created' || outcome === 'updated'
  await assertKeyActive(trx, key)
  await onStore?.(trx, draft)
  if (isChanged) {
    const isStored = existing
      ? await updatePassRow(trx, record, existing)
      : await insertPass(trx, record)
    if (!isStored) return rollback('conflict')
    await saveImages(trx, images, now)
  } else if (email) {
    // A transaction that writes about a pass locks it first, see `lockPass`.
    await lockPassByExternalId(trx, ctx.config.database.kind, key.id, request)
  }
  if (outcome === 'updated') await notifyDevices(trx, ctx, record, now)
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
