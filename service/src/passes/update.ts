import { toInvalidRequest } from '@passwright/shared'
import {
  changeRules,
  explainIssue,
  imageSlotNames,
  type PassPatch,
  PassRequest,
  toIssues,
} from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { findBarcodeIssues } from '../apple/barcodes.ts'
import type { Context } from '../context.ts'
import { applyMergePatch } from '../text/merge-patch.ts'
import { type ChangedPass, type ChangeOptions, changePass } from './change.ts'
import type { ImagesByHash } from './images/repository.ts'
import { getNextUpdatedAt, type PassRecord } from './pass.ts'
import { renderPass } from './render.ts'
import {
  hasContent,
  type ImageSources,
  type PassContent,
  prepareImages,
  resolveContent,
} from './resolve.ts'

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
  const { hashes, images } = await prepareImages(
    ctx,
    key.id,
    selectImages(patch, patchRequest(seen, patch)),
  )
  const resolve = (record: PassRecord) => {
    assertSameIdentity(record, patch)
    const slots = { ...keepImages(record, patch), ...hashes }
    const content = resolveContent(patchRequest(record, patch), slots, now)
    return changesExpiry(record, patch) ? content : withExpiryOf(record, content)
  }
  return updateContent(ctx, key, seen, { resolve, images }, options)
}

interface ContentUpdate {
  /** The new content of a pass, worked out from the record as it is under the lock. */
  resolve: (record: PassRecord) => PassContent
  images: ImagesByHash
}

/** Signs the pass once before it is locked: what cannot be signed is refused, and nothing is stored. */
async function updateContent(
  ctx: Context,
  key: ApiKey,
  seen: PassRecord,
  { resolve, images }: ContentUpdate,
  options: ChangeOptions,
): Promise<ChangedPass> {
  if (seen.deletedAt === null) await renderPass(ctx, { ...seen, ...resolve(seen) }, images)
  const apply = (record: PassRecord, now: Date) => applyUpdate(record, resolve(record), now)
  return changePass(ctx, key, seen.serialNumber, { event: 'pass.updated', apply, images }, options)
}

/** The request that a merge patch makes of a pass; throws `invalid_request` when it is not a valid one. */
function patchRequest(record: PassRecord, patch: PassPatch): PassRequest {
  const merged = applyMergePatch(toRequest(record, patch), patch) as Record<string, unknown>
  const parsed = PassRequest.safeParse(merged, { error: explainIssue })
  const issues = [
    ...(parsed.error ? toIssues(parsed.error) : []),
    ...changeRules.flatMap((rule) => rule(merged)),
    ...findBarcodeIssues(merged),
  ]
  if (!parsed.success || issues.length > 0) throw toInvalidRequest(issues)
  return parsed.data
}

/** A pass as the request that would create it; without its expiry if the patch sets a new one. */
function toRequest(record: PassRecord, patch: PassPatch): Record<string, unknown> {
  const { spec, metadata } = record
  const { expirationDate, expirationDays, ...rest } = spec
  const expiry = expirationDays === undefined ? { expirationDate } : { expirationDays }
  return {
    ...rest,
    ...(changesExpiry(record, patch) ? {} : expiry),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

/**
 * Whether a patch changes the expiry. A pass has one: a new one, or `null` for the date, replaces it;
 * `null` for days that the pass does not have changes nothing.
 */
function changesExpiry({ spec }: PassRecord, patch: PassPatch): boolean {
  const { expirationDate, expirationDays } = patch
  if (expirationDate !== undefined) return true
  return expirationDays === null ? spec.expirationDays !== undefined : expirationDays !== undefined
}

/** `expirationDays` counts from the request that set it, not from a later change. */
function withExpiryOf(record: PassRecord, content: PassContent): PassContent {
  const { expirationDate: _, ...spec } = content.spec
  const { expirationDate } = record.spec
  return {
    ...content,
    spec: { ...spec, ...(expirationDate === undefined ? {} : { expirationDate }) },
  }
}

/** The images that a patch sets. */
function selectImages(patch: PassPatch, request: PassRequest): ImageSources {
  const patched = imageSlotNames.filter((slot) => Object.hasOwn(patch, `${slot}URL`))
  return Object.fromEntries(patched.map((slot) => [`${slot}URL`, request[`${slot}URL`]]))
}

function keepImages({ images }: PassRecord, patch: PassPatch): PassRecord['images'] {
  const kept = Object.entries(images).filter(([slot]) => !Object.hasOwn(patch, `${slot}URL`))
  return Object.fromEntries(kept)
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
