import type { EmailRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { draftEmail, type EmailDraft } from '../email/queue.ts'
import { queuePassEmail } from '../passes/change/email.ts'
import { lockPass } from '../passes/store/find.ts'
import { assertNotDeleted } from '../passes/store/pass.ts'

interface SendOptions {
  /** Runs first in the transaction that queues the email; what it throws undoes everything. */
  onStore?: (trx: Trx, draft: EmailDraft) => Promise<void>
}

/** Queues an email with a pass. Throws `not_found`, `pass_deleted` or `email_limit`. */
export async function sendPassEmail(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  request: EmailRequest,
  { onStore }: SendOptions = {},
): Promise<EmailDraft> {
  const now = ctx.now()
  const draft = draftEmail(request)
  await ctx.db.transaction().execute(async (trx) => {
    await assertKeyActive(trx, key)
    await onStore?.(trx, draft)
    const record = await lockPass(trx, ctx, key, serialNumber)
    assertNotDeleted(record)
    await queuePassEmail(trx, ctx, record, draft, now)
  })
  return draft
}
