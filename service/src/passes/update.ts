import { invalidRequest } from '@passwright/shared'
import {
  changeRules,
  explain,
  issuesOf,
  type PassPatch,
  PassRequest,
} from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { findBarcodeIssues } from '../apple/barcodes.ts'
import type { Context } from '../context.ts'
import { applyMergePatch } from '../text/merge-patch.ts'
import { getPass } from './find.ts'
import type { PassRecord } from './pass.ts'
import { renderPass } from './render.ts'
import {
  type ImageSources,
  imageSlotNames,
  isSameContent,
  prepareImages,
  type StoredContent,
  storedContent,
} from './resolve.ts'
import { type Revise, type Revised, revisePass, type Subject } from './revise.ts'

/** Replaces what a pass says by a whole body. */
export async function replacePass(
  ctx: Context,
  key: ApiKey,
  subject: Subject,
  request: PassRequest,
): Promise<Revised> {
  const now = ctx.now()
  const { hashes, images } = await prepareImages(ctx, request)
  const contentFor = (record: PassRecord) => {
    assertSameIdentity(record, request)
    return storedContent(request, hashes, now)
  }
  return change(ctx, key, subject, { contentFor, images })
}

/** Changes what a pass says where a merge patch differs; images that it does not name stay. */
export async function patchPass(
  ctx: Context,
  key: ApiKey,
  subject: Subject,
  patch: PassPatch,
): Promise<Revised> {
  const now = ctx.now()
  const request = patchedRequest(await getPass(ctx, key, subject.serialNumber), patch)
  const { hashes, images } = await prepareImages(ctx, namedIn(patch, request))
  const contentFor = (record: PassRecord) => {
    assertSameIdentity(record, patch)
    const stored = storedContent(
      patchedRequest(record, patch),
      { ...keptImages(record, patch), ...hashes },
      now,
    )
    return touchesExpiry(record, patch) ? stored : withExpiryOf(record, stored)
  }
  return change(ctx, key, subject, { contentFor, images })
}

interface Change {
  /** What a pass shall say, worked out from what it says when its turn has come. */
  contentFor: (record: PassRecord) => StoredContent
  /** The images that are new, by their hash. */
  images: ReadonlyMap<string, Uint8Array>
}

/** Slow work first: whether what comes of it can be signed. */
async function change(
  ctx: Context,
  key: ApiKey,
  subject: Subject,
  { contentFor, images }: Change,
): Promise<Revised> {
  const seen = await getPass(ctx, key, subject.serialNumber)
  if (seen.deletedAt === null) await renderPass(ctx, { ...seen, ...contentFor(seen) }, images)
  const revise: Revise = (record, at) => {
    const stored = contentFor(record)
    return isSameContent(record, stored, at) ? undefined : stored
  }
  return ctx.withLock(subject.serialNumber, () =>
    ctx.db
      .transaction()
      .execute((trx) =>
        revisePass(trx, ctx, key, subject, { event: 'pass.updated', images, revise }),
      ),
  )
}

/** The request that a merge patch makes of what a pass says; throws what is wrong with it. */
function patchedRequest(record: PassRecord, patch: PassPatch): PassRequest {
  const merged = applyMergePatch(requestOf(record, patch), patch) as Record<string, unknown>
  const parsed = PassRequest.safeParse(merged, { error: explain })
  const issues = [
    ...(parsed.error ? issuesOf(parsed.error) : []),
    ...changeRules.flatMap((rule) => rule(merged)),
    ...findBarcodeIssues(merged),
  ]
  if (!parsed.success || issues.length > 0) throw invalidRequest(issues)
  return parsed.data
}

/** What a pass says, as the request that would say it; a new expiry takes the place of the old. */
function requestOf(record: PassRecord, patch: PassPatch): Record<string, unknown> {
  const { spec, metadata } = record
  const { expirationDate, expirationDays, ...said } = spec
  const expiry = expirationDays === undefined ? { expirationDate } : { expirationDays }
  return {
    ...said,
    ...(touchesExpiry(record, patch) ? {} : expiry),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

/** A pass has one expiry: a new one, or `null` for the date, ends the old; `null` for days that it has not, nothing. */
function touchesExpiry({ spec }: PassRecord, patch: PassPatch): boolean {
  const { expirationDate, expirationDays } = patch
  if (expirationDate !== undefined) return true
  return expirationDays === null ? spec.expirationDays !== undefined : expirationDays !== undefined
}

/** Days count from when they were asked for, not from another change. */
function withExpiryOf(record: PassRecord, stored: StoredContent): StoredContent {
  const { expirationDate, ...spec } = stored.spec
  const kept = record.spec.expirationDate
  return { ...stored, spec: { ...spec, ...(kept === undefined ? {} : { expirationDate: kept }) } }
}

/** The images that a patch brings. */
function namedIn(patch: PassPatch, request: PassRequest): ImageSources {
  const named = imageSlotNames.filter((slot) => Object.hasOwn(patch, `${slot}URL`))
  return Object.fromEntries(named.map((slot) => [`${slot}URL`, request[`${slot}URL`]]))
}

function keptImages({ images }: PassRecord, patch: PassPatch): PassRecord['images'] {
  const kept = Object.entries(images).filter(([slot]) => !Object.hasOwn(patch, `${slot}URL`))
  return Object.fromEntries(kept)
}

/** Who a pass is does not change: its own id by which its maker knows it, and who signs it. */
function assertSameIdentity(
  record: PassRecord,
  given: { externalId?: unknown; passTypeIdentifier?: unknown },
): void {
  const issues = (['externalId', 'passTypeIdentifier'] as const)
    .filter((path) => given[path] !== undefined && given[path] !== record[path])
    .map((path) => ({ path, message: `must stay ${record[path] ?? 'absent'}; leave it out` }))
  if (issues.length > 0) throw invalidRequest(issues)
}
