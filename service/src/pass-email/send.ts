import type { EmailRequest } from '@passwright/shared/schema'
import type { Key } from '../accounts/api-key.ts'
import { assertStanding } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { type EmailWish, emailWish, queueEmail } from '../email/queue.ts'
import { type Answer, type Once, rememberAnswer } from '../http/idempotency.ts'
import { passToChange } from '../passes/find.ts'
import { assertNotDeleted } from '../passes/version.ts'

interface Wish {
  serialNumber: string
  request: EmailRequest
  once: Once | undefined
  /** Puts the mail into the words of whoever asked, so that they can be remembered. */
  answer: (wish: EmailWish) => Answer
}

/** Writes down that a pass shall be mailed; the mail server is not waited for. */
export async function sendPass(
  ctx: Context,
  key: Key,
  { serialNumber, request, once, answer }: Wish,
): Promise<Answer> {
  const now = ctx.now()
  const wish = emailWish(request)
  const reply = answer(wish)
  return transact(ctx.db, async (trx, undo) => {
    await assertStanding(trx, key)
    const earlier = once && (await rememberAnswer(trx, once, reply, now))
    if (earlier) return undo(earlier)
    assertNotDeleted(await passToChange(trx, ctx, key, serialNumber))
    await queueEmail(trx, ctx.config, wish, { keyId: key.id, serialNumber, now })
    return reply
  })
}
