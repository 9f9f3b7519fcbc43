import { chooseStyle, type PassSpec } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { deleteTraces } from '../../db/traces.ts'
import { notifyDevices } from '../../devices/notify.ts'
import { publish } from '../../events/publish.ts'
import { releaseImages } from '../images/repository.ts'
import { countOrigin } from '../store/origin.ts'
import { getNextUpdatedAt, type PassRecord, toApiPass } from '../store/pass.ts'
import { blankPassRow, findPassForUpdate } from '../store/repository.ts'
import { queueGoogleChange } from './google.ts'

/**
 * Forgets the person of a pass, in a transaction: deletes the pass for good, blanks it, deletes all that
 * is stored about it, and queues what makes its wallets show the blank pass. Does nothing when that was
 * done before, or the owner has no such pass.
 */
export async function forgetPass(
  trx: Trx,
  ctx: Context,
  keyId: string,
  serialNumber: string,
): Promise<void> {
  const { kind } = ctx.config.database
  const now = ctx.now()
  const before = await findPassForUpdate(trx, kind, keyId, serialNumber)
  if (!before) return
  const record = toBlank(before, now)
  if (!(await blankPassRow(trx, record, now))) return
  await countOrigin(trx, record, before)
  await deleteTraces(trx, { keyId, serialNumber })
  await releaseImages(trx, serialNumber, now)
  await notifyDevices(trx, ctx, record, now)
  await queueGoogleChange(trx, ctx, before, record, now)
  // Receivers hold copies, which they have to delete too. They were told of a pass that was deleted before.
  if (before.deletedAt === null) {
    await publish(trx, { keyId, type: 'pass.deleted', data: toApiPass(record, ctx.config), now })
  }
}

/** A deleted pass that says nothing; its style and colors stay, so that phones can still show it. */
function toBlank(before: PassRecord, now: Date): PassRecord {
  const updatedAt = getNextUpdatedAt(before, now)
  return {
    ...before,
    spec: toBlankSpec(before.spec),
    images: {},
    metadata: {},
    externalId: null,
    email: undefined,
    message: null,
    voided: true,
    deletedAt: before.deletedAt ?? updatedAt,
    updatedAt,
  }
}

const keptFields = [
  'transitType',
  'colorPreset',
  'color',
  'foregroundColor',
  'labelColor',
  'locale',
] as const satisfies (keyof PassSpec)[]

function toBlankSpec(spec: PassSpec): PassSpec {
  const kept = keptFields.flatMap((field) =>
    spec[field] === undefined ? [] : [[field, spec[field]]],
  )
  return { ...Object.fromEntries(kept), style: chooseStyle(spec) }
}
