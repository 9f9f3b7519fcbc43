import type { EventType } from '@passwright/shared'
import type { ApiKey } from '../../accounts/api-key.ts'
import { assertKeyActive } from '../../accounts/auth.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { notifyDevices } from '../../devices/notify.ts'
import { publish } from '../../events/publish.ts'
import { findChangedFields } from '../content/changed-fields.ts'
import { type ImagesByHash, saveImages } from '../images/repository.ts'
import { lockPass } from '../store/find.ts'
import { countOrigin } from '../store/origin.ts'
import {
  assertNotDeleted,
  assertVersion,
  type ExpectedVersion,
  type PassRecord,
  toApiPass,
} from '../store/pass.ts'
import { updateOrigin, updatePassRow } from '../store/repository.ts'
import { queueGoogleChange } from './google.ts'

/** A change of a stored pass: a pure function from the current record to the new one. */
export interface PassChange {
  /** The event that reports it. */
  event: Extract<EventType, `pass.${'updated' | 'voided' | 'unvoided' | 'deleted'}`>
  apply: (record: PassRecord, now: Date) => PassRecord | 'unchanged'
  /** New images by their hash. */
  images?: ImagesByHash
}

export interface ChangeOptions {
  /** The versions that may be changed. */
  expectedVersion?: ExpectedVersion | undefined
  /** Runs last in the transaction; what it throws undoes the change. */
  onStore?: (trx: Trx, changed: ChangedPass) => Promise<void>
}

/** A pass after a change was requested. */
export interface ChangedPass {
  record: PassRecord
  unchanged: boolean
  /** The number of registered devices for which a push was queued. */
  notifiedDevices: number
}

/**
 * Changes a pass under a lock, so that each change starts from what the previous one stored. Throws
 * `not_found`, `precondition_failed` or `pass_deleted`.
 */
export async function changePass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  change: PassChange,
  { expectedVersion, onStore }: ChangeOptions,
): Promise<ChangedPass> {
  return ctx.withLock(serialNumber, () =>
    ctx.db.transaction().execute(async (trx) => {
      await assertKeyActive(trx, key)
      const before = await lockPass(trx, ctx, key, serialNumber)
      const changed = await storeChange(trx, ctx, before, change, expectedVersion)
      await onStore?.(trx, changed)
      return changed
    }),
  )
}

/** Stores a change of a pass that the transaction has locked, with its pushes and its event. */
export async function storeChange(
  trx: Trx,
  ctx: Context,
  before: PassRecord,
  { event, apply, images = new Map() }: PassChange,
  expectedVersion?: ExpectedVersion | undefined,
): Promise<ChangedPass> {
  const now = ctx.now()
  const unchanged = { record: before, unchanged: true, notifiedDevices: 0 }
  if (event === 'pass.deleted' && before.deletedAt !== null) return unchanged
  assertNotDeleted(before)
  assertVersion(before, expectedVersion)

  const record = apply(before, now)
  if (record === 'unchanged') return unchanged
  await countOrigin(trx, record, before)
  if (record.updatedAt === before.updatedAt) {
    await updateOrigin(trx, record, before)
    return { ...unchanged, record }
  }
  if (!(await updatePassRow(trx, record, before))) {
    throw new Error('A locked pass was changed by somebody else')
  }
  await saveImages(trx, images, now)
  const notifiedDevices = await notifyDevices(trx, ctx, record, now)
  await queueGoogleChange(trx, ctx, before, record, now)
  await publish(trx, {
    keyId: before.keyId,
    type: event,
    data: {
      ...toApiPass(record, ctx.config),
      ...(event === 'pass.updated' && { changed: findChangedFields(before, record) }),
    },
    now,
  })
  return { record, unchanged: false, notifiedDevices }
}
