import type { Key } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { type Answer, type Once, recallAnswer, rememberAnswer } from '../http/idempotency.ts'
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
  once: Once | undefined
  answer: (revised: Revised) => Answer
}

/** Makes a pass void, or valid again; asked twice it is as asked already. */
export async function setVoided(
  ctx: Context,
  key: Key,
  kind: keyof typeof kinds,
  { subject, once, answer }: Wish,
): Promise<Answer> {
  const earlier = once && (await recallAnswer(ctx.db, once, ctx.now()))
  if (earlier) return earlier
  return ctx.inTurn(subject.serialNumber, () =>
    transact(ctx.db, async (trx, undo) => {
      const reply = answer(await revisePass(trx, ctx, key, subject, kinds[kind]))
      const first = once && (await rememberAnswer(trx, once, reply, ctx.now()))
      return first ? undo(first) : reply
    }),
  )
}

/** Deletes a pass: void and expired for good, its `externalId` free again; still there to be told of. */
export async function deletePass(ctx: Context, key: Key, subject: Subject): Promise<Revised> {
  const revise: Revise = (_, at) => ({ voided: true, deletedAt: at })
  return ctx.inTurn(subject.serialNumber, () =>
    ctx.db
      .transaction()
      .execute((trx) => revisePass(trx, ctx, key, subject, { event: 'pass.deleted', revise })),
  )
}
