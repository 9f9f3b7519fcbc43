import { randomBytes, randomUUID } from 'node:crypto'
import { invalidRequest } from '@passwright/shared'
import type { PassRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { plans } from '../accounts/plans.ts'
import { countPassesInMonth, quotaExceeded } from '../accounts/quota.ts'
import { selectDefaultIdentity, selectIdentity } from '../apple/certificates/select.ts'
import type { Context } from '../context.ts'
import type { PassRecord } from './pass.ts'
import { type RenderedPass, renderPass } from './render.ts'
import { findPass } from './repository.ts'
import { type Content, isSameContent } from './resolve.ts'
import { assertMatch, nextUpdatedAt } from './version.ts'

/** A pass rendered as it would stand, before anything is written. */
export interface Draft extends RenderedPass {
  record: PassRecord
  outcome: 'created' | 'updated' | 'unchanged'
  /** As it was found, before the change. */
  seen: PassRecord
}

/** What a draft is made of: what was asked for, its images prepared, and when. */
export interface Drafting {
  request: PassRequest
  /** The header `If-Match`: which state of the pass with this `externalId` may be changed. */
  ifMatch: string | undefined
  content: Content
  now: Date
}

/** Renders the pass of a request: a new one, or the one that has its `externalId` already. */
export async function draftPass(
  ctx: Context,
  key: ApiKey,
  { request, ifMatch, content, now }: Drafting,
): Promise<Draft> {
  const { externalId } = request
  const known =
    externalId === undefined ? undefined : await findPass(ctx.db, key.id, { externalId })
  if (externalId !== undefined) assertMatch(known, ifMatch)
  if (!known) {
    await assertQuotaLeft(ctx, key, now)
    const record: PassRecord = {
      ...content.stored,
      serialNumber: randomUUID(),
      token: randomBytes(24).toString('base64url'),
      keyId: key.id,
      externalId: externalId ?? null,
      passTypeIdentifier: signerOf(ctx, request).passTypeIdentifier,
      voided: false,
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
      deletedAt: null,
      downloadedOn: null,
      email: undefined,
    }
    const rendered = await renderPass(ctx, record, content.images)
    return { record, seen: record, outcome: 'created', ...rendered }
  }
  assertSamePassType(request, known)
  if (isSameContent(known, content.stored, now.toISOString())) {
    return { record: known, seen: known, outcome: 'unchanged', ...(await renderPass(ctx, known)) }
  }
  const record = { ...known, ...content.stored, updatedAt: nextUpdatedAt(known, now) }
  const rendered = await renderPass(ctx, record, content.images)
  return { record, seen: known, outcome: 'updated', ...rendered }
}

/** Who signs what is asked for. */
export function signerOf(ctx: Context, { passTypeIdentifier }: PassRequest) {
  return passTypeIdentifier === undefined
    ? selectDefaultIdentity(ctx.identities, ctx.config.defaultPassTypeId)
    : selectIdentity(ctx.identities, passTypeIdentifier)
}

/** How many passes a month the owner of a key may make; null for any number. */
export function limitOf(ctx: Context, key: ApiKey): number | null {
  return plans[key.plan].limit(ctx.config.planLimits)
}

/** Spares the work when the month is used up already; the transaction has the last word. */
async function assertQuotaLeft(ctx: Context, key: ApiKey, now: Date): Promise<void> {
  const limit = limitOf(ctx, key)
  if (limit !== null && (await countPassesInMonth(ctx.db, key.id, now)) >= limit) {
    throw quotaExceeded(limit, now)
  }
}

/** Wallet knows a pass by its type and serial: another type would be another pass. */
function assertSamePassType({ passTypeIdentifier }: PassRequest, known: PassRecord): void {
  if (passTypeIdentifier === undefined || passTypeIdentifier === known.passTypeIdentifier) return
  throw invalidRequest([
    {
      path: 'passTypeIdentifier',
      message: `must stay ${known.passTypeIdentifier}, with which the pass of this externalId was made`,
    },
  ])
}
