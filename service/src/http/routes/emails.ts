import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { describeEmail } from '../../email/email.ts'
import { emailOf } from '../../email/find.ts'
import { type EmailWish, emailIssues, queuedEmail } from '../../email/queue.ts'
import { sendPass } from '../../pass-email/send.ts'
import { passOf } from '../../passes/find.ts'
import { mount } from '../endpoint.ts'
import { jsonAnswer } from '../reply.ts'

/** Sends passes by mail, and tells what became of the mails. */
export function emailRoutes(app: Express, ctx: Context): void {
  mount(
    app,
    ctx,
    operations.sendEmail,
    (_, { key, params: { serialNumber }, body, once }) => {
      const answer = (wish: EmailWish) => jsonAnswer(202, queuedEmail(wish))
      return sendPass(ctx, key, { serialNumber, request: body, once, answer })
    },
    {
      find: (_, key, { serialNumber }) => passOf(ctx, key, serialNumber),
      check: (_, body) => emailIssues(ctx.config, body),
    },
  )
  mount(app, ctx, operations.getEmail, async (_, { key, params }) =>
    jsonAnswer(200, describeEmail(await emailOf(ctx.db, key, params.emailId))),
  )
}
