import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { type ChangedPass, type ChangeOptions, changePass } from '../change/change.ts'
import { getValidIdentity, renderPass } from '../content/render.ts'
import type { ImagesByHash } from '../images/repository.ts'
import type { PassRecord } from '../store/pass.ts'

/** An update of what a pass says, worked out from the record as it is. */
export interface ContentUpdate {
  apply: (record: PassRecord, now: Date) => PassRecord | 'unchanged'
  images: ImagesByHash
}

/**
 * Updates a pass that is signed before it is locked: what cannot be signed is refused, and nothing is
 * stored. If nothing else has changed the pass by then, that file is the one that phones get.
 */
export async function updateSigned(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  { apply, images }: ContentUpdate,
  options: ChangeOptions,
): Promise<ChangedPass> {
  const signedAt = ctx.now()
  const rendered =
    seen.deletedAt === null
      ? await renderUpdate(ctx, seen, apply(seen, signedAt), images)
      : undefined
  const change = {
    event: 'pass.updated',
    apply: (record: PassRecord, now: Date) =>
      apply(record, record.updatedAt === seen.updatedAt ? signedAt : now),
    images,
  } as const
  const changed = await changePass(ctx, key, seen.serialNumber, change, options)
  if (rendered?.updatedAt === changed.record.updatedAt) {
    ctx.passFiles.keep(changed.record, rendered)
  }
  return changed
}

/** Renders what an update makes of a pass, unless that has the file that it had. */
async function renderUpdate(
  ctx: Context,
  seen: PassRecord,
  updated: PassRecord | 'unchanged',
  images: ImagesByHash,
) {
  if (updated !== 'unchanged' && updated.updatedAt !== seen.updatedAt) {
    return { updatedAt: updated.updatedAt, ...(await renderPass(ctx, updated, images)) }
  }
  getValidIdentity(ctx, seen)
  return undefined
}
