import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { describeEmail } from '../../mail/email.ts'
import { emailOf } from '../../mail/find.ts'
import { type EmailWish, emailIssues, queuedEmail } from '../../mail/queue-email.ts'
import { sendPass } from '../../mail/send-pass.ts'
import { passOf } from '../../pass/find.ts'
import { jsonAnswer } from '../answer.ts'
import { mount } from '../endpoint.ts'

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
