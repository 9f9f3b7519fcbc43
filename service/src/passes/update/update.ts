import type { CreatePassRequest, PassPatch } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import type { ChangedPass, ChangeOptions } from '../change/change.ts'
import { type PassContent, prepareImages, resolveContent } from '../content/resolve.ts'
import { resolveRequest } from '../from-template/resolve.ts'
import type { ImagesByHash } from '../images/repository.ts'
import type { PassRecord } from '../store/pass.ts'
import { assertSameIdentity, assertSameTemplate } from './identity.ts'
import { resolvePatch, selectPatchedImages } from './patch.ts'
import { patchValues } from './patch-values.ts'
import { updateSigned } from './signed.ts'
import { applyUpdate } from './update-content.ts'

/** Replaces the content of a pass by a whole request. `seen` is the pass as it was read before. */
export async function replacePass(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  sent: CreatePassRequest,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const now = ctx.now()
  const { request: whole, origin } = await resolveRequest(ctx, key, sent)
  // The email of a template is for new passes.
  const { email: _, ...request } = whole
  const { hashes, images } = await prepareImages(ctx, key.id, request)
  const resolve = (record: PassRecord) => {
    assertSameIdentity(record, request)
    return resolveContent(request, hashes, now, origin)
  }
  return updateContent(ctx, key, seen, { resolve, images }, options)
}

/**
 * Changes the content of a pass by a JSON merge patch; images that it does not name stay. New `values`
 * fill in its template anew.
 */
export async function patchPass(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  sent: PassPatch,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  assertSameTemplate(seen, sent)
  const { template: _, ...patch } = sent
  if (patch.values !== undefined) return patchValues(ctx, key, seen, patch, options)
  const now = ctx.now()
  const { hashes, images } = await prepareImages(ctx, key.id, selectPatchedImages(seen, patch))
  const resolve = (record: PassRecord) => {
    assertSameIdentity(record, patch)
    return resolvePatch(record, patch, hashes, now)
  }
  return updateContent(ctx, key, seen, { resolve, images }, options)
}

interface NewContent {
  /** The new content of a pass, worked out from the record as it is under the lock. */
  resolve: (record: PassRecord) => PassContent
  images: ImagesByHash
}

function updateContent(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  { resolve, images }: NewContent,
  options: ChangeOptions,
): Promise<ChangedPass> {
  const apply = (record: PassRecord, now: Date) => applyUpdate(record, resolve(record), now)
  return updateSigned(ctx, key, seen, { apply, images }, options)
}
