import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import { lockPass } from './find.ts'
import { saveImages } from './images/repository.ts'
import { type PassRecord, toApiPass } from './pass.ts'
import { updatePass } from './repository.ts'
import { assertMatch, assertNotDeleted, nextUpdatedAt } from './version.ts'

/** Which pass is to be changed, and what its caller believes it to say. */
export interface Subject {
  serialNumber: string
  /** The header `If-Match`, for those who must not overwrite each other. */
  ifMatch: string | undefined
}

/** What is different after the instant of the change; `undefined` when the pass is as asked already. */
export type Revise = (record: PassRecord, at: string) => Partial<PassRecord> | undefined

/** A pass after a change was asked for. */
export interface Revised {
  record: PassRecord
  unchanged: boolean
  /** Registered devices for which a push was written down: none while no device can register. */
  notifiedDevices: number
}

type PassEvent = 'pass.updated' | 'pass.voided' | 'pass.unvoided' | 'pass.deleted'

interface Revision {
  event: PassEvent
  revise: Revise
  /** New images by their hash. */
  images?: ReadonlyMap<string, Uint8Array>
}

/**
 * Changes a pass in the caller's transaction: one after the other, each on what the one before
 * left. Throws `not_found`, `precondition_failed` or `pass_deleted`.
 */
export async function revisePass(
  trx: Trx,
  ctx: Context,
  key: ApiKey,
  { serialNumber, ifMatch }: Subject,
  { event, revise, images = new Map() }: Revision,
): Promise<Revised> {
  const now = ctx.now()
  await assertKeyActive(trx, key)
  const before = await lockPass(trx, ctx, key, serialNumber)
  if (event === 'pass.deleted' && before.deletedAt !== null) return unchanged(before)
  assertNotDeleted(before)
  assertMatch(before, ifMatch)

  const updatedAt = nextUpdatedAt(before, now)
  const change = revise(before, updatedAt)
  if (!change) return unchanged(before)
  const record = { ...before, ...change, updatedAt }
  if (!(await updatePass(trx, record, before))) {
    throw new Error('A pass was changed although it was ours to change')
  }
  await saveImages(trx, images)
  const data = toApiPass(record, ctx.config)
  await publish(trx, { keyId: key.id, type: event, data, now })
  return { record, unchanged: false, notifiedDevices: 0 }
}

function unchanged(record: PassRecord): Revised {
  return { record, unchanged: true, notifiedDevices: 0 }
}
