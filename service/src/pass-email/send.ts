import type { EmailRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { draftEmail, type EmailDraft, queueEmail } from '../email/queue.ts'
import { type IdempotentRequest, type Reply, rememberReply } from '../http/idempotency.ts'
import { lockPass } from '../passes/find.ts'
import { assertNotDeleted } from '../passes/version.ts'

interface Wish {
  serialNumber: string
  request: EmailRequest
  once: IdempotentRequest | undefined
  /** Puts the mail into the words of whoever asked, so that they can be remembered. */
  answer: (wish: EmailDraft) => Reply
}

/** Writes down that a pass shall be mailed; the mail server is not waited for. */
export async function sendPassEmail(
  ctx: Context,
  key: ApiKey,
  { serialNumber, request, once, answer }: Wish,
): Promise<Reply> {
  const now = ctx.now()
  const wish = draftEmail(request)
  const reply = answer(wish)
  return transact(ctx.db, async (trx, undo) => {
    await assertKeyActive(trx, key)
    const earlier = once && (await rememberReply(trx, once, reply, now))
    if (earlier) return undo(earlier)
    assertNotDeleted(await lockPass(trx, ctx, key, serialNumber))
    await queueEmail(trx, ctx.config, wish, { keyId: key.id, serialNumber, now })
    return reply
  })
}
