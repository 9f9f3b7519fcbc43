import { randomBytes, randomUUID } from 'node:crypto'
import { invalidRequest, Problem } from '@passwright/shared'
import type { PassRequest } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { publish } from '../events/publish.ts'
import { assertValid, defaultIdentity, identityNamed } from '../identity/choose.ts'
import { type Answer, type Once, recallAnswer, rememberAnswer } from '../keys/idempotency.ts'
import type { Key } from '../keys/key.ts'
import { plans } from '../keys/plans.ts'
import { quotaExceeded, spendQuota, usedIn } from '../keys/quota.ts'
import { assertStanding } from '../keys/recognise.ts'
import { passEmailOf } from '../mail/email.ts'
import { type EmailWish, emailWish, queueEmail } from '../mail/queue-email.ts'
import { type Content, isSameContent, prepareContent } from './content.ts'
import { describePass, type PassRecord } from './record.ts'
import { type RenderedPass, renderPass } from './render.ts'
import { changedAt } from './revision.ts'
import { findPass, insertPass, saveImages, updatePass } from './store.ts'

/** A pass made, changed, or found to say already what was asked. */
export interface IssuedPass extends RenderedPass {
  record: PassRecord
  outcome: 'created' | 'updated' | 'unchanged'
  /** As it was found, before the change. */
  seen: PassRecord
  /** The mail that goes out with it. */
  email: EmailWish | undefined
}

export interface Wish {
  request: PassRequest
  /** Given when a repeat shall get the first answer. */
  once: Once | undefined
  /** Puts the pass into the words of whoever asked, so that they can be remembered. */
  answer: (issued: IssuedPass) => Answer
}

/** How often a pass is made again when another request with its `externalId` was quicker. */
const ATTEMPTS = 25

/**
 * Makes a pass from a validated request: images and signature first, then one short transaction
 * that stores it, tells of it and spends the quota. A known `externalId` changes the pass that
 * has it and spends nothing.
 */
export async function issuePass(ctx: Context, key: Key, wish: Wish): Promise<Answer> {
  const now = ctx.now()
  const earlier = wish.once && (await recallAnswer(ctx.db, wish.once, now))
  if (earlier) return earlier

  assertValid(signerOf(ctx, wish.request), now)
  const content = await prepareContent(ctx, wish.request, now)
  const email = wish.request.email && emailWish(wish.request.email)
  const attempts = async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const drawn = await render(ctx, key, { request: wish.request, content, now })
      const issued = { ...drawn, email }
      const answer = await store(ctx, key, { wish, issued, content, now })
      if (answer !== 'overtaken') return answer
    }
    throw new Problem('overloaded', 'Others keep writing this externalId; try again', {
      headers: { 'Retry-After': '1' },
    })
  }
  const { externalId } = wish.request
  return externalId === undefined ? attempts() : ctx.inTurn(`${key.id} ${externalId}`, attempts)
}

interface Draft {
  request: PassRequest
  content: Content
  now: Date
}

async function render(
  ctx: Context,
  key: Key,
  { request, content, now }: Draft,
): Promise<Omit<IssuedPass, 'email'>> {
  const { externalId } = request
  const known =
    externalId === undefined ? undefined : await findPass(ctx.db, key.id, { externalId })
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
    return {
      record,
      seen: record,
      outcome: 'created',
      ...(await renderPass(ctx, record, content.images)),
    }
  }
  assertSamePassType(request, known)
  if (isSameContent(known, content.stored)) {
    return { record: known, seen: known, outcome: 'unchanged', ...(await renderPass(ctx, known)) }
  }
  const record = { ...known, ...content.stored, updatedAt: changedAt(known, now) }
  return {
    record,
    seen: known,
    outcome: 'updated',
    ...(await renderPass(ctx, record, content.images)),
  }
}

interface Storing {
  wish: Wish
  issued: IssuedPass
  content: Content
  now: Date
}

async function store(
  ctx: Context,
  key: Key,
  { wish, issued, content, now }: Storing,
): Promise<Answer | 'overtaken'> {
  const answer = wish.answer(issued)
  const { record, outcome, email } = issued
  return transact<Answer | 'overtaken'>(ctx.db, async (trx, undo) => {
    await assertStanding(trx, key)
    if (wish.once) {
      const earlier = await rememberAnswer(trx, wish.once, answer, now)
      if (earlier) return undo(earlier)
    }
    if (outcome !== 'unchanged') {
      const isWritten =
        outcome === 'created'
          ? await insertPass(trx, record)
          : await updatePass(trx, record, issued.seen)
      if (!isWritten) return undo('overtaken')
      await saveImages(trx, content.images)
    }
    const { serialNumber } = record
    const queued =
      email && (await queueEmail(trx, ctx.config, email, { keyId: key.id, serialNumber, now }))
    if (outcome === 'unchanged') return answer

    const told = queued ? { ...record, email: passEmailOf(queued) } : record
    const data = describePass(told, ctx.config)
    await publish(trx, { keyId: key.id, type: `pass.${outcome}`, data, now })
    if (outcome === 'created') {
      await spendQuota(trx, { keyId: key.id, limit: limitOf(ctx, key), now })
    }
    return answer
  })
}

function signerOf(ctx: Context, { passTypeIdentifier }: PassRequest) {
  return passTypeIdentifier === undefined
    ? defaultIdentity(ctx.identities, ctx.config.defaultPassTypeId)
    : identityNamed(ctx.identities, passTypeIdentifier)
}

function limitOf(ctx: Context, key: Key): number | null {
  return plans[key.plan].limit(ctx.config.planLimits)
}

/** Spares the work when the month is used up already; the transaction has the last word. */
async function assertQuotaLeft(ctx: Context, key: Key, now: Date): Promise<void> {
  const limit = limitOf(ctx, key)
  if (limit !== null && (await usedIn(ctx.db, key.id, now)) >= limit) {
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
