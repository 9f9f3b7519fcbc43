import { chooseStyle, type PassSpec } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { deleteTraces } from '../../db/traces.ts'
import { lockNotifiedDevices, notifyDevices } from '../../devices/notify.ts'
import { publish } from '../../events/publish.ts'
import { releaseImages } from '../images/repository.ts'
import { countOrigin } from '../store/origin.ts'
import { getNextUpdatedAt, type PassRecord, toApiPass } from '../store/pass.ts'
import { blankPassRow, findPassForUpdate } from '../store/repository.ts'
import { queueGoogleChange } from './google.ts'

/**
 * Forgets the persons of passes, in a transaction: deletes the passes for good, blanks them, deletes all
 * that is stored about them, and queues what makes their wallets show the blank passes. Does nothing where
 * that was done before, or the owner has no such pass.
 */
export async function forgetPassesAtOnce(
  trx: Trx,
  ctx: Context,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<void> {
  const now = ctx.now()
  // Passes, templates and devices are locked each in one order: with that there is no deadlock.
  const forgotten: Forgotten[] = []
  for (const serialNumber of serialNumbers.toSorted()) {
    const before = await findPassForUpdate(trx, ctx.config.database.kind, keyId, serialNumber)
    const record = before && toBlank(before, now)
    if (record && (await blankPassRow(trx, record, now))) forgotten.push({ before, record })
  }
  if (forgotten.length === 0) return
  for (const { record, before } of forgotten.toSorted(compareTemplates)) {
    await countOrigin(trx, record, before)
  }
  const serials = forgotten.map(({ record }) => record.serialNumber)
  await deleteTraces(trx, keyId, serials)
  await releaseImages(trx, serials, now)
  await lockNotifiedDevices(trx, ctx, serials)
  for (const { record, before } of forgotten) {
    await notifyDevices(trx, ctx, record, now)
    await queueGoogleChange(trx, ctx, before, record, now)
  }
  for (const { record, before } of forgotten) {
    // Receivers hold copies, which they have to delete too. They were told of a pass that was deleted before.
    if (before.deletedAt !== null) continue
    await publish(trx, { keyId, type: 'pass.deleted', data: toApiPass(record, ctx.config), now })
  }
}

/** A pass before and after. */
interface Forgotten {
  before: PassRecord
  record: PassRecord
}

function compareTemplates({ before: one }: Forgotten, { before: other }: Forgotten): number {
  return (one.template?.templateId ?? '') < (other.template?.templateId ?? '') ? -1 : 1
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
