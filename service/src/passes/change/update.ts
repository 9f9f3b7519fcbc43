import { toInvalidRequest } from '@passwright/shared'
import type { PassPatch, PassRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { getPassFile, renderPass } from '../content/render.ts'
import { hasContent, type PassContent, prepareImages, resolveContent } from '../content/resolve.ts'
import type { ImagesByHash } from '../images/repository.ts'
import { getNextUpdatedAt, type PassRecord } from '../store/pass.ts'
import { type ChangedPass, type ChangeOptions, changePass } from './change.ts'
import { resolvePatch, selectPatchedImages } from './patch.ts'

/** Applies content to a record; `unchanged` when it is the same already. Pure. */
export function applyUpdate(
  record: PassRecord,
  content: PassContent,
  now: Date,
): PassRecord | 'unchanged' {
  if (hasContent(record, content, now)) return 'unchanged'
  return { ...record, ...content, updatedAt: getNextUpdatedAt(record, now) }
}

/** Replaces the content of a pass by a whole request. `seen` is the pass as it was read before. */
export async function replacePass(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  request: PassRequest,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const now = ctx.now()
  const { hashes, images } = await prepareImages(ctx, key.id, request)
  const resolve = (record: PassRecord) => {
    assertSameIdentity(record, request)
    return resolveContent(request, hashes, now)
  }
  return updateContent(ctx, key, seen, { resolve, images }, options)
}

/** Changes the content of a pass by a JSON merge patch; images that it does not name stay. */
export async function patchPass(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  patch: PassPatch,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const now = ctx.now()
  const { hashes, images } = await prepareImages(ctx, key.id, selectPatchedImages(seen, patch))
  const resolve = (record: PassRecord) => {
    assertSameIdentity(record, patch)
    return resolvePatch(record, patch, hashes, now)
  }
  return updateContent(ctx, key, seen, { resolve, images }, options)
}

interface ContentUpdate {
  /** The new content of a pass, worked out from the record as it is under the lock. */
  resolve: (record: PassRecord) => PassContent
  images: ImagesByHash
}

/**
 * Signs the pass before it is locked: what cannot be signed is refused, and nothing is stored. If nothing
 * else has changed the pass by then, that file is the one that phones get.
 */
async function updateContent(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  { resolve, images }: ContentUpdate,
  options: ChangeOptions,
): Promise<ChangedPass> {
  const signedAt = ctx.now()
  const signed =
    seen.deletedAt === null
      ? await signUpdate(ctx, seen, applyUpdate(seen, resolve(seen), signedAt), images)
      : undefined
  const apply = (record: PassRecord, now: Date) =>
    applyUpdate(record, resolve(record), record.updatedAt === seen.updatedAt ? signedAt : now)
  const change = { event: 'pass.updated', apply, images } as const
  const changed = await changePass(ctx, key, seen.serialNumber, change, options)
  if (signed && signed.record.updatedAt === changed.record.updatedAt) {
    ctx.passFiles.keep(changed.record, signed.rendered)
  }
  return changed
}

/** Signs what an update makes of a pass. */
async function signUpdate(
  ctx: Context,
  seen: PassRecord,
  updated: PassRecord | 'unchanged',
  images: ImagesByHash,
) {
  if (updated === 'unchanged') return { record: seen, rendered: await getPassFile(ctx, seen) }
  return { record: updated, rendered: await renderPass(ctx, updated, images) }
}

/**
 * Throws `invalid_request` when a request names another `externalId` or Pass Type ID than the pass has:
 * neither changes, and Wallet identifies a pass by its type and serial number.
 */
export function assertSameIdentity(
  record: PassRecord,
  request: { externalId?: unknown; passTypeIdentifier?: unknown },
): void {
  const issues = (['externalId', 'passTypeIdentifier'] as const)
    .filter((path) => request[path] !== undefined && request[path] !== record[path])
    .map((path) => ({ path, message: `must stay ${record[path] ?? 'absent'}; leave it out` }))
  if (issues.length > 0) throw toInvalidRequest(issues)
}
