import type {
  CreateEmail,
  CreatePassRequest,
  OnExisting,
  PassPatch,
  PassRequest,
} from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { assertScope } from '../../accounts/scopes.ts'
import {
  assertIdentityValid,
  selectDefaultIdentity,
  selectIdentity,
} from '../../apple/certificates/identity.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { draftEmail, type EmailDraft } from '../../email/queue.ts'
import {
  type ImageSources,
  type PassContent,
  prepareImages,
  resolveContent,
} from '../content/resolve.ts'
import { resolveRequest } from '../from-template/resolve.ts'
import type { ImagesByHash } from '../images/repository.ts'
import type { ExpectedVersion, PassRecord } from '../store/pass.ts'
import { findPass } from '../store/repository.ts'
import { selectPatchedImages } from '../update/patch.ts'
import type { StoredPass } from './draft.ts'

export interface CreateOptions {
  /** The versions of an existing pass with this `externalId` that may be updated. */
  expectedVersion?: ExpectedVersion | undefined
  /** What happens to an existing pass with this `externalId`; `replace` when absent. */
  onExisting?: OnExisting | undefined
  /** The request as it was sent, which `merge` applies as a merge patch: `null` removes a field. */
  patch?: PassPatch | undefined
  /** Runs first in the transaction that stores the pass; what it throws undoes everything. */
  onStore?: (trx: Trx, stored: StoredPass) => Promise<void>
}

/** A request with everything resolved that does not depend on stored passes. */
export interface Creation extends CreateOptions {
  key: ApiKey
  request: PassRequest
  /** Of the identity that signs a new pass. */
  passTypeIdentifier: string
  content: PassContent
  images: ImagesByHash
  email: EmailDraft | undefined
  /** The pass that the values of a template were merged into, as it was then. */
  mergedInto: PassRecord | undefined
  now: Date
}

/**
 * Resolves a request: its template filled in, who signs, the content with its images fetched and
 * prepared, the email.
 */
export async function resolveCreation(
  ctx: Context,
  key: ApiKey,
  sent: CreatePassRequest,
  requested: CreateOptions,
): Promise<Creation> {
  const now = ctx.now()
  const { request, origin, mergedInto } = await resolveRequest(ctx, key, sent, requested)
  // Also the email of a template.
  if (request.email) assertScope(key, 'mail')
  // What is merged into a pass of a template is all that it will say.
  const options: CreateOptions = mergedInto ? { ...requested, onExisting: 'replace' } : requested
  const identity = selectSigner(ctx, request)
  // A pass that exists is signed by its own identity, which is checked when it is rendered.
  if (request.externalId === undefined) assertIdentityValid(identity, now)
  const sources = await selectSources(ctx, key, request, options)
  const { hashes, images } = await prepareImages(ctx, key.id, sources)
  return {
    ...options,
    key,
    request,
    passTypeIdentifier: identity.passTypeIdentifier,
    content: resolveContent(request, hashes, now, origin),
    images,
    email: request.email && draftRequestedEmail(request.email),
    mergedInto,
    now,
  }
}

/** The images of a request; the style of the pass that it is merged into has their sizes. */
async function selectSources(
  { db }: Context,
  key: ApiKey,
  request: PassRequest,
  { onExisting, patch = {} }: CreateOptions,
): Promise<ImageSources> {
  const { externalId } = request
  if (onExisting !== 'merge' || externalId === undefined) return request
  const existing = await findPass(db, key.id, { externalId })
  return existing ? selectPatchedImages(existing, withoutEmail(patch)) : request
}

/** The email of a request is no part of the pass. */
export function withoutEmail({ email: _, ...patch }: PassPatch): PassPatch {
  return patch
}

function draftRequestedEmail({ when: _, ...email }: CreateEmail): EmailDraft {
  return draftEmail(email)
}

function selectSigner({ identities, config }: Context, { passTypeIdentifier }: PassRequest) {
  return passTypeIdentifier === undefined
    ? selectDefaultIdentity(identities(), config.defaultPassTypeId)
    : selectIdentity(identities(), passTypeIdentifier)
}
