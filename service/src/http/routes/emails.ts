import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { toApiEmail } from '../../email/email.ts'
import { getEmail } from '../../email/find.ts'
import { type EmailDraft, findEmailIssues, toQueuedEmail } from '../../email/queue.ts'
import { sendPassEmail } from '../../pass-email/send.ts'
import { getPass } from '../../passes/find.ts'
import { mount } from '../endpoint.ts'
import { jsonReply } from '../reply.ts'

/** Sends passes by mail, and tells what became of the mails. */
export function emailRoutes(app: Express, ctx: Context): void {
  mount(
    app,
    ctx,
    operations.sendEmail,
    (_, { key, params: { serialNumber }, body, once }) => {
      const answer = (wish: EmailDraft) => jsonReply(202, toQueuedEmail(wish))
      return sendPassEmail(ctx, key, { serialNumber, request: body, once, answer })
    },
    {
      find: (_, key, { serialNumber }) => getPass(ctx, key, serialNumber),
      check: (_, body) => findEmailIssues(ctx.config, body),
    },
  )
  mount(app, ctx, operations.getEmail, async (_, { key, params }) =>
    jsonReply(200, toApiEmail(await getEmail(ctx.db, key, params.emailId))),
  )
}
