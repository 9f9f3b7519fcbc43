import { randomBytes, randomUUID } from 'node:crypto'
import { Problem, toInvalidRequest } from '@passwright/shared'
import {
  type CreateEmail,
  type OnExisting,
  type Outcome,
  outcomes,
  type PassPatch,
  type PassRequest,
  passRules,
} from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import { assertQuotaLeft, consumeQuota } from '../accounts/quota.ts'
import {
  assertIdentityValid,
  selectDefaultIdentity,
  selectIdentity,
} from '../apple/certificates/identity.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { type Rollback, transact } from '../db/transact.ts'
import { toPassEmail } from '../email/email.ts'
import { draftEmail, type EmailDraft } from '../email/queue.ts'
import { publish } from '../events/publish.ts'
import { findChangedFields } from './changed-fields.ts'
import { queuePassEmail } from './email.ts'
import { type ImagesByHash, saveImages } from './images/repository.ts'
import { assertVersion, type ExpectedVersion, type PassRecord, toApiPass } from './pass.ts'
import { resolvePatch, selectPatchedImages } from './patch.ts'
import { type RenderedPass, renderPass } from './render.ts'
import { findPass, insertPass, lockPassByExternalId, updatePassRow } from './repository.ts'
import { type ImageSources, type PassContent, prepareImages, resolveContent } from './resolve.ts'
import { applyUpdate, assertSameIdentity } from './update.ts'

/** A pass that was created, updated, or found with the requested content, and its file. */
export interface CreatedPass extends RenderedPass {
  record: PassRecord
  outcome: Outcome
  /** The email that goes out with it. */
  email: EmailDraft | undefined
}

export interface CreateOptions {
  /** The versions of an existing pass with this `externalId` that may be updated. */
  expectedVersion?: ExpectedVersion | undefined
  /** What happens to an existing pass with this `externalId`; `replace` when absent. */
  onExisting?: OnExisting | undefined
  /** The request as it was sent, which `merge` applies as a merge patch: `null` removes a field. */
  patch?: PassPatch
  /** Runs first in the transaction that stores the pass; what it throws undoes everything. */
  onStore?: (trx: Trx, created: CreatedPass) => Promise<void>
}

/** A request with everything resolved that does not depend on stored passes. */
interface Creation extends CreateOptions {
  key: ApiKey
  request: PassRequest
  /** Of the identity that signs a new pass. */
  passTypeIdentifier: string
  content: PassContent
  images: ImagesByHash
  email: EmailDraft | undefined
  now: Date
}

/**
 * Creates a pass from a validated request: resolve, render, store. The slow work comes first; then one
 * short transaction stores the pass, publishes the event and counts it against the quota. A request
 * whose `externalId` is known updates that pass and is not counted.
 */
export async function createPass(
  ctx: Context,
  key: ApiKey,
  request: PassRequest,
  options: CreateOptions = {},
): Promise<CreatedPass> {
  const creation = await resolve(ctx, key, request, options)
  return withPassLocked(ctx, creation, () => renderAndStore(ctx, creation))
}

async function resolve(
  ctx: Context,
  key: ApiKey,
  request: PassRequest,
  options: CreateOptions,
): Promise<Creation> {
  const now = ctx.now()
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
    content: resolveContent(request, hashes, now),
    images,
    email: request.email && draftRequestedEmail(request.email),
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
function withoutEmail({ email: _, ...patch }: PassPatch): PassPatch {
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

/** Requests for one `externalId` run one after the other in this process, and so do changes of its pass. */
async function withPassLocked<T>(
  { db, withLock }: Context,
  { key, request: { externalId } }: Creation,
  work: () => Promise<T>,
): Promise<T> {
  if (externalId === undefined) return work()
  return withLock(`${key.id} ${externalId}`, async () => {
    const existing = await findPass(db, key.id, { externalId })
    return existing ? withLock(existing.serialNumber, work) : work()
  })
}

/** How often another instance may be faster before the pass is locked while it is signed. */
const MAX_OPTIMISTIC_ATTEMPTS = 3
const MAX_ATTEMPTS = 10

async function renderAndStore(ctx: Context, creation: Creation): Promise<CreatedPass> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const isOptimistic = attempt <= MAX_OPTIMISTIC_ATTEMPTS
    const created = await (isOptimistic
      ? createOptimistically(ctx, creation)
      : createLocked(ctx, creation))
    if (created !== 'conflict') return created
  }
  throw new Problem('overloaded', 'Other requests keep changing this externalId; try again', {
    retryAfterSeconds: 1,
  })
}

/** Signs without holding a lock: on a conflict the work is repeated. */
async function createOptimistically(ctx: Context, creation: Creation) {
  const draft = await render(ctx, creation)
  return transact<CreatedPass | 'conflict'>(ctx.db, (trx, rollback) =>
    store(trx, rollback, ctx, creation, draft),
  )
}

/** Signs inside the transaction, which keeps other instances from changing the pass. */
async function createLocked(ctx: Context, creation: Creation) {
  return transact<CreatedPass | 'conflict'>(ctx.db, async (trx, rollback) => {
    await lockPassByExternalId(trx, ctx.config.database.kind, creation.key.id, creation.request)
    const draft = await render({ ...ctx, db: trx }, creation)
    return store(trx, rollback, ctx, creation, draft)
  })
}

/** A rendered pass that is not stored yet; `existing` is the stored one that it updates. */
interface Draft extends CreatedPass {
  existing: PassRecord | undefined
}

async function render(ctx: Context, creation: Creation): Promise<Draft> {
  const { key, request, images, email, now } = creation
  const { externalId } = request
  const existing =
    externalId === undefined ? undefined : await findPass(ctx.db, key.id, { externalId })
  if (externalId !== undefined) assertVersion(existing, creation.expectedVersion)
  if (!existing) await assertQuotaLeft(ctx, key, now)
  const { record, outcome } = existing ? meetExisting(creation, existing) : buildNew(creation)
  const isEmailed = occasions[request.email?.when ?? 'always'].includes(outcome)
  const rendered = await renderPass(ctx, record, images)
  return { record, existing, outcome, email: isEmailed ? email : undefined, ...rendered }
}

/** The outcomes of which the email of a request informs its recipient. */
const occasions: Record<NonNullable<CreateEmail['when']>, readonly Outcome[]> = {
  always: outcomes,
  created: ['created'],
  changed: ['created', 'updated'],
}

/** A request that is merged may lack what the pass has; a new pass needs it. */
function buildNew(creation: Creation) {
  const issues = passRules.flatMap((rule) => rule(creation.request))
  if (issues.length > 0) throw toInvalidRequest(issues)
  return { record: buildRecord(creation), outcome: 'created' as const }
}

function meetExisting({ request, onExisting, patch, ...creation }: Creation, existing: PassRecord) {
  const { content, now } = creation
  assertSameIdentity(existing, request)
  if (onExisting === 'keep') return { record: existing, outcome: 'kept' as const }
  const updated = applyUpdate(
    existing,
    onExisting === 'merge'
      ? resolvePatch(existing, withoutEmail(patch ?? {}), content.images, now)
      : content,
    now,
  )
  return updated === 'unchanged'
    ? { record: existing, outcome: 'unchanged' as const }
    : { record: updated, outcome: 'updated' as const }
}

async function store(
  trx: Trx,
  rollback: Rollback<CreatedPass | 'conflict'>,
  ctx: Context,
  { key, request, images, now, onStore }: Creation,
  { existing, ...created }: Draft,
): Promise<CreatedPass> {
  const { record, outcome, email } = created
  const isChanged = outcome === 'created' || outcome === 'updated'
  await assertKeyActive(trx, key)
  await onStore?.(trx, created)
  if (isChanged) {
    const isStored = existing
      ? await updatePassRow(trx, record, existing)
      : await insertPass(trx, record)
    if (!isStored) return rollback('conflict')
    await saveImages(trx, images, now)
  } else if (email) {
    // A transaction that writes about a pass locks it first, see `lockPass`.
    await lockPassByExternalId(trx, ctx.config.database.kind, key.id, request)
  }
  const queued = email && (await queuePassEmail(trx, ctx, record, email, now))
  if (!isChanged) return created

  const withEmail = queued ? { ...record, email: toPassEmail(queued) } : record
  const data = {
    ...toApiPass(withEmail, ctx.config),
    ...(existing && { changed: findChangedFields(existing, record) }),
  }
  await publish(trx, { keyId: key.id, type: `pass.${outcome}`, data, now })
  if (outcome === 'created') await consumeQuota(trx, ctx, key, now)
  return created
}

function buildRecord({ key, request, passTypeIdentifier, content, now }: Creation): PassRecord {
  return {
    ...content,
    serialNumber: randomUUID(),
    token: randomBytes(24).toString('base64url'),
    keyId: key.id,
    externalId: request.externalId ?? null,
    passTypeIdentifier,
    voided: false,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    deletedAt: null,
    downloadedOn: null,
    email: undefined,
  }
}
