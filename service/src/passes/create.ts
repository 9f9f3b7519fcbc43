import { Problem } from '@passwright/shared'
import type { PassRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import { consumeQuota } from '../accounts/quota.ts'
import { assertIdentityValid } from '../apple/certificates/select.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { type Rollback, transact } from '../db/transact.ts'
import { toPassEmail } from '../email/email.ts'
import { draftEmail, type EmailDraft, queueEmail } from '../email/queue.ts'
import { publish } from '../events/publish.ts'
import {
  findRememberedReply,
  type IdempotentRequest,
  type Reply,
  rememberReply,
} from '../http/idempotency.ts'
import { type Draft, type Drafting, draftPass, limitOf, signerOf } from './draft.ts'
import { saveImages } from './images/repository.ts'
import { toApiPass } from './pass.ts'
import { findPass, insertPass, lockPassByExternalId, updatePass } from './repository.ts'
import { prepareContent } from './resolve.ts'

/** A pass made, changed, or found to say already what was asked. */
export interface IssuedPass extends Draft {
  /** The mail that goes out with it. */
  email: EmailDraft | undefined
}

export interface Wish {
  request: PassRequest
  ifMatch: string | undefined
  /** Given when a repeat shall get the first answer. */
  once: IdempotentRequest | undefined
  /** Puts the pass into the words of whoever asked, so that they can be remembered. */
  answer: (issued: IssuedPass) => Reply
}

/** A wish with everything slow done that does not depend on what is stored. */
interface Prepared extends Wish, Drafting {
  email: EmailDraft | undefined
}

/** How often other instances may be quicker before the pass is held while it is signed. */
const FREE_ATTEMPTS = 3
const ATTEMPTS = 10

/**
 * Makes a pass from a validated request: images and signature first, then one short transaction
 * that stores it, tells of it and spends the quota. A known `externalId` changes the pass that
 * has it and spends nothing.
 */
export async function issuePass(ctx: Context, key: ApiKey, wish: Wish): Promise<Reply> {
  const { request, once } = wish
  const now = ctx.now()
  const earlier = once && (await findRememberedReply(ctx.db, once, now))
  if (earlier) return earlier

  assertIdentityValid(signerOf(ctx, request), now)
  const content = await prepareContent(ctx, request, now)
  const email = request.email && draftEmail(request.email)
  const prepared = { ...wish, content, now, email }
  const { externalId } = request
  if (externalId === undefined) return untilStored(ctx, key, prepared)
  return ctx.withLock(`${key.id} ${externalId}`, async () => {
    const known = await findPass(ctx.db, key.id, { externalId })
    const work = () => untilStored(ctx, key, prepared)
    return known ? ctx.withLock(known.serialNumber, work) : work()
  })
}

/** Begins anew whenever another instance was quicker with a pass of the same `externalId`. */
async function untilStored(ctx: Context, key: ApiKey, prepared: Prepared): Promise<Reply> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const issue = attempt > FREE_ATTEMPTS ? issueWhileHeld : issueFreely
    const answer = await issue(ctx, key, prepared)
    if (answer !== 'overtaken') return answer
  }
  throw new Problem('overloaded', 'Others keep writing this externalId; try again', {
    headers: { 'Retry-After': '1' },
  })
}

type Attempt = Promise<Reply | 'overtaken'>

/** Signs first and holds nothing meanwhile. */
async function issueFreely(ctx: Context, key: ApiKey, prepared: Prepared): Attempt {
  const draft = await draftPass(ctx, key, prepared)
  return transact(ctx.db, (trx, undo) => store(trx, undo, { ctx, key, prepared, draft }))
}

/** Signs inside of the transaction, while nobody else can change the pass: those wait who were always quicker. */
function issueWhileHeld(ctx: Context, key: ApiKey, prepared: Prepared): Attempt {
  return transact(ctx.db, async (trx, undo) => {
    await lockPassByExternalId(trx, ctx.config.database.kind, key.id, prepared.request)
    const draft = await draftPass({ ...ctx, db: trx }, key, prepared)
    return store(trx, undo, { ctx, key, prepared, draft })
  })
}

interface Storing {
  ctx: Context
  key: ApiKey
  prepared: Prepared
  draft: Draft
}

async function store(
  trx: Trx,
  undo: Rollback<Reply | 'overtaken'>,
  { ctx, key, prepared, draft }: Storing,
): Attempt {
  const { once, content, email, now } = prepared
  const { record, outcome, seen } = draft
  const answer = prepared.answer({ ...draft, email })
  await assertKeyActive(trx, key)
  if (once) {
    const earlier = await rememberReply(trx, once, answer, now)
    if (earlier) return undo(earlier)
  }
  if (outcome !== 'unchanged') {
    const isWritten =
      outcome === 'created' ? await insertPass(trx, record) : await updatePass(trx, record, seen)
    if (!isWritten) return undo('overtaken')
    await saveImages(trx, content.images)
  }
  const { serialNumber } = record
  const queued =
    email && (await queueEmail(trx, ctx.config, email, { keyId: key.id, serialNumber, now }))
  if (outcome === 'unchanged') return answer

  const told = queued ? { ...record, email: toPassEmail(queued) } : record
  const data = toApiPass(told, ctx.config)
  await publish(trx, { keyId: key.id, type: `pass.${outcome}`, data, now })
  if (outcome === 'created') {
    await consumeQuota(trx, { keyId: key.id, limit: limitOf(ctx, key), now })
  }
  return answer
}
