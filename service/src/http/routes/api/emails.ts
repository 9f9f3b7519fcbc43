import { emailItems } from '@passwright/shared'
import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../../accounts/api-key.ts'
import { findPlanIssues } from '../../../accounts/plans.ts'
import type { Context } from '../../../context.ts'
import { getEmail, toApiEmail } from '../../../email/email.ts'
import { type EmailDraft, findEmailIssues, toQueuedEmail } from '../../../email/queue.ts'
import { sendPassEmail } from '../../../pass-email/send.ts'
import { getPass } from '../../../passes/store/find.ts'
import type { Mount } from '../../endpoint.ts'
import { replyOnce } from '../../idempotency.ts'
import { buildJsonReply } from '../../reply.ts'

/** Sends passes by email, and returns the status of emails. */
export function mountEmailRoutes(mount: Mount, ctx: Context): void {
  const toReply = (draft: EmailDraft) => buildJsonReply(202, toQueuedEmail(draft))
  mount(
    operations.sendEmail,
    ({ key, loaded, body, idempotent }) =>
      replyOnce(ctx, idempotent, toReply, (onStore) =>
        sendPassEmail(ctx, key, loaded.serialNumber, body, { onStore }),
      ),
    {
      load: (key: ApiKey, { serialNumber }: { serialNumber: string }) =>
        getPass(ctx, key, serialNumber),
      check: (key, body) => [
        ...findPlanIssues(key.plan, body, emailItems),
        ...findEmailIssues(ctx.config, body),
      ],
    },
  )
  mount(operations.getEmail, async ({ key, params }) =>
    buildJsonReply(200, toApiEmail(await getEmail(ctx.db, key, params.emailId))),
  )
}
