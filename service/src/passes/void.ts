import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import {
  findRememberedReply,
  type IdempotentRequest,
  type Reply,
  rememberReply,
} from '../http/idempotency.ts'
import { type Revise, type Revised, revisePass, type Subject } from './revise.ts'

const kinds: Record<'void' | 'unvoid', { event: 'pass.voided' | 'pass.unvoided'; revise: Revise }> =
  {
    void: {
      event: 'pass.voided',
      revise: ({ voided }) => (voided ? undefined : { voided: true }),
    },
    unvoid: {
      event: 'pass.unvoided',
      revise: ({ voided }) => (voided ? { voided: false } : undefined),
    },
  }

interface Wish {
  subject: Subject
  once: IdempotentRequest | undefined
  answer: (revised: Revised) => Reply
}

/** Makes a pass void, or valid again; asked twice it is as asked already. */
export async function setVoided(
  ctx: Context,
  key: ApiKey,
  kind: keyof typeof kinds,
  { subject, once, answer }: Wish,
): Promise<Reply> {
  const earlier = once && (await findRememberedReply(ctx.db, once, ctx.now()))
  if (earlier) return earlier
  return ctx.withLock(subject.serialNumber, () =>
    transact(ctx.db, async (trx, undo) => {
      const reply = answer(await revisePass(trx, ctx, key, subject, kinds[kind]))
      const first = once && (await rememberReply(trx, once, reply, ctx.now()))
      return first ? undo(first) : reply
    }),
  )
}

/** Deletes a pass: void and expired for good, its `externalId` free again; still there to be told of. */
export async function deletePass(ctx: Context, key: ApiKey, subject: Subject): Promise<Revised> {
  const revise: Revise = (_, at) => ({ voided: true, deletedAt: at })
  return ctx.withLock(subject.serialNumber, () =>
    ctx.db
      .transaction()
      .execute((trx) => revisePass(trx, ctx, key, subject, { event: 'pass.deleted', revise })),
  )
}
