import { operations } from '@passwright/shared/schema'
import type { Express, Request } from 'express'
import type { Context } from '../../context.ts'
import { assertSignupOpen, requestApiKey } from '../../signup/request.ts'
import { renderKeyRequestedPage } from '../../web/key-requested.ts'
import { negotiateLocale } from '../../web/language.ts'
import { mount } from '../endpoint.ts'
import { createRateLimit } from '../rate-limit.ts'
import { htmlReply, jsonReply } from '../reply.ts'

/** Enough for a whole office behind one address, too little to flood mailboxes. */
const LIMIT = { times: 10, seconds: 15 * 60 }

/** Gives out keys by mail, where the operator lets it. */
export function keyRoutes(app: Express, ctx: Context): void {
  const limit = createRateLimit(LIMIT)
  const take = async (request: Request, email: string) => {
    await limit(request)
    await requestApiKey(ctx, email, negotiateLocale(request.headers['accept-language']) ?? 'en')
  }
  const find = async () => assertSignupOpen(ctx.config)

  mount(
    app,
    ctx,
    operations.requestKey,
    async (_, { body, request }) => {
      await take(request, body.email)
      return jsonReply(202, { message: 'Look into the mailbox: a mail is on its way' })
    },
    { find },
  )
  mount(
    app,
    ctx,
    operations.requestKeyForm,
    async (_, { body, request }) => {
      await take(request, body.email)
      return htmlReply(202, renderKeyRequestedPage())
    },
    { find },
  )
}
