import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { getEmail, toApiEmail } from '../../email/email.ts'
import { type EmailDraft, findEmailIssues, toQueuedEmail } from '../../email/queue.ts'
import { sendPassEmail } from '../../pass-email/send.ts'
import { getPass } from '../../passes/find.ts'
import type { Mount } from '../endpoint.ts'
import { replyOnce } from '../idempotency.ts'
import { jsonReply } from '../reply.ts'

/** Sends passes by email, and returns the status of emails. */
export function mountEmailRoutes(mount: Mount, ctx: Context): void {
  const toReply = (draft: EmailDraft) => jsonReply(202, toQueuedEmail(draft))
  mount(
    operations.sendEmail,
    ({ key, loaded, body, idempotent }) =>
      replyOnce(ctx, idempotent, async (remember) => {
        const draft = await sendPassEmail(ctx, key, loaded.serialNumber, body, {
          onStore: (trx, stored) => remember(trx, toReply(stored)),
        })
        return toReply(draft)
      }),
    {
      load: (key: ApiKey, { serialNumber }: { serialNumber: string }) =>
        getPass(ctx, key, serialNumber),
      check: (_, body) => findEmailIssues(ctx.config, body),
    },
  )
  mount(operations.getEmail, async ({ key, params }) =>
    jsonReply(200, toApiEmail(await getEmail(ctx.db, key, params.emailId))),
  )
}
