import { toInvalidRequest } from '@passwright/shared'
import {
  changeRules,
  chooseStyle,
  explainIssue,
  imageSlotNames,
  normalizePassRequest,
  type PassPatch,
  PassRequest,
  toIssues,
} from '@passwright/shared/schema'
import { findCounter } from '../../apple/counter.ts'
import { findWalletIssues } from '../../apple/warnings/body-issues.ts'
import { applyMergePatch } from '../../text/merge-patch.ts'
import { type ImageSources, type PassContent, resolveContent } from '../content/resolve.ts'
import { composePatches, toBeside } from '../from-template/compose.ts'
import type { ImageHashes } from '../images/repository.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'

/** Resolves the content that a JSON merge patch makes of a pass; images that it does not name stay. */
export function resolvePatch(
  record: PassRecord,
  patch: PassPatch,
  images: ImageHashes,
  now: Date,
): PassContent {
  const slots = { ...keepImages(record, patch), ...images }
  const content = resolveContent(patchRequest(record, patch), slots, now)
  const patched = changesExpiry(record, patch) ? content : withExpiryOf(record, content)
  return { ...patched, template: rememberBeside(record, patch, patched) }
}

/** What is changed in a pass of a template is set beside it from now on. */
function rememberBeside(
  { template }: PassRecord,
  patch: PassPatch,
  { spec }: PassContent,
): PassOrigin | undefined {
  if (!template) return undefined
  const { beside, adjusted } = template
  const still = Object.entries(adjusted).filter(
    ([field, value]) => findCounter(spec, field)?.value === Number(value),
  )
  return {
    ...template,
    beside: composePatches(beside, toBeside(patch)),
    adjusted: Object.fromEntries(still),
  }
}

/** The request that a merge patch makes of a pass; throws `invalid_request` when it is not a valid one. */
function patchRequest(record: PassRecord, patch: PassPatch): PassRequest {
  const patched = applyMergePatch(toRequest(record, patch), patch) as Record<string, unknown>
  // A pass of an earlier version may hold empty texts.
  const merged = normalizePassRequest(patched)
  const parsed = PassRequest.safeParse(merged, { error: explainIssue })
  const issues = [
    ...(parsed.error ? toIssues(parsed.error) : []),
    ...changeRules.flatMap((rule) => rule(merged)),
    ...findWalletIssues(merged),
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
    ...Object.fromEntries(listEmbeddedImages(record).map((path) => [path, embeddedImage])),
    ...(changesExpiry(record, patch) ? {} : expiry),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

/** Stands for an image that was sent as a data URI, which is not stored, so that the rules see it. */
const embeddedImage = 'data:image/png;base64,'

function listEmbeddedImages({ spec, images }: PassRecord) {
  return imageSlotNames
    .filter((slot) => images[slot] !== undefined)
    .map((slot) => `${slot}URL` as const)
    .filter((path) => spec[path] === undefined)
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

/**
 * Selects the images that a patch sets, and the style that it leads to; throws `invalid_request` when it
 * makes no valid pass.
 */
export function selectPatchedImages(record: PassRecord, patch: PassPatch): ImageSources {
  const request = patchRequest(record, patch)
  const patched = imageSlotNames.filter((slot) => Object.hasOwn(patch, `${slot}URL`))
  const sources = patched.map((slot) => [`${slot}URL`, request[`${slot}URL`]])
  return { ...Object.fromEntries(sources), style: chooseStyle(request) }
}

function keepImages({ images }: PassRecord, patch: PassPatch): ImageHashes {
  const kept = Object.entries(images).filter(([slot]) => !Object.hasOwn(patch, `${slot}URL`))
  return Object.fromEntries(kept)
}
