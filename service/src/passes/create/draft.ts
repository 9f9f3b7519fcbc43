import { toInvalidRequest } from '@passwright/shared'
import { type CreateEmail, type Outcome, outcomes, passRules } from '@passwright/shared/schema'
import { assertQuotaLeft } from '../../accounts/quota.ts'
import type { Identity } from '../../apple/certificates/identity.ts'
import { createAuthenticationToken } from '../../apple/web-service/token.ts'
import type { Context } from '../../context.ts'
import { createTimedToken, createTimedUuid } from '../../db/ids.ts'
import type { EmailDraft } from '../../email/queue.ts'
import { getPassFile, getValidIdentity, type RenderedPass, renderPass } from '../content/render.ts'
import { assertVersion, type PassRecord } from '../store/pass.ts'
import { findPass } from '../store/repository.ts'
import { assertSameIdentity } from '../update/identity.ts'
import { resolvePatch } from '../update/patch.ts'
import { applyUpdate } from '../update/update-content.ts'
import { type Creation, withoutEmail } from './creation.ts'

/** A pass that was created, updated, or found with the requested content. */
export interface StoredPass {
  record: PassRecord
  outcome: Outcome
  /** The email that goes out with it. */
  email: EmailDraft | undefined
  /** Who signs it. */
  identity: Identity
}

/** The same with its file. */
export interface CreatedPass extends StoredPass, RenderedPass {}

/** A pass that is not stored yet; `existing` is the stored one that it updates. */
export interface Draft extends StoredPass {
  existing: PassRecord | undefined
}

/** Drafts what a request makes of the pass with its `externalId`, or of nothing; throws `quota_exceeded`. */
export async function draftWithinQuota(ctx: Context, creation: Creation): Promise<Draft> {
  const existing = await findExisting(ctx, creation)
  if (!existing) await assertQuotaLeft(ctx, creation.key, creation.now)
  return draftRecord(ctx, creation, existing)
}

/** Finds the pass that a request updates; throws `precondition_failed` if it is another version. */
export async function findExisting(
  ctx: Context,
  { key, request: { externalId }, expectedVersion }: Creation,
): Promise<PassRecord | undefined> {
  if (externalId === undefined) return undefined
  const existing = await findPass(ctx.db, key.id, { externalId })
  assertVersion(existing, expectedVersion)
  return existing
}

/** Drafts the pass that a request asks for, whatever is left of the quota. */
export function draftRecord(
  ctx: Context,
  creation: Creation,
  existing: PassRecord | undefined,
): Draft {
  const { request, email } = creation
  const { record, outcome } = existing ? meetExisting(creation, existing) : buildNew(creation)
  const isEmailed = occasions[request.email?.when ?? 'always'].includes(outcome)
  const identity = getValidIdentity(ctx, record)
  return { record, existing, outcome, identity, email: isEmailed ? email : undefined }
}

/** Renders the file of a draft. */
export function renderDraft(
  ctx: Context,
  { images }: Creation,
  { record, existing }: Draft,
): Promise<RenderedPass> {
  const isStored = record.updatedAt === existing?.updatedAt
  return isStored ? getPassFile(ctx, record) : renderPass(ctx, record, images)
}

/** The outcomes of which the email of a request informs its recipient. */
const occasions: Record<NonNullable<CreateEmail['when']>, readonly Outcome[]> = {
  always: outcomes,
  created: ['created'],
  changed: ['created', 'updated'],
}

function buildNew(creation: Creation) {
  // What is merged may lack what the pass has, so it was not checked before; a new pass needs it.
  const rules = creation.onExisting === 'merge' ? passRules : []
  const issues = rules.flatMap((rule) => rule(creation.request))
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
  if (updated === 'unchanged') return { record: existing, outcome: 'unchanged' as const }
  const isSame = updated.updatedAt === existing.updatedAt
  return { record: updated, outcome: isSame ? ('unchanged' as const) : ('updated' as const) }
}

function buildRecord({ key, request, passTypeIdentifier, content, now }: Creation): PassRecord {
  return {
    ...content,
    serialNumber: createTimedUuid(now),
    token: createTimedToken(now),
    authenticationToken: createAuthenticationToken(),
    keyId: key.id,
    externalId: request.externalId ?? null,
    passTypeIdentifier,
    voided: false,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    deletedAt: null,
    installs: 0,
    message: null,
    messageNumber: 0,
    downloadedOn: null,
    email: undefined,
  }
}
