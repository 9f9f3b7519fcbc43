import { operations } from '@passwright/shared/schema'
import type { Express, Request } from 'express'
import type { Context } from '../../context.ts'
import { assertSignupOpen, requestKey } from '../../signup/request.ts'
import { keyRequestedPage } from '../../web/key-requested.ts'
import { languageOf } from '../../web/language.ts'
import { mount } from '../endpoint.ts'
import { createLimit } from '../rate-limit.ts'
import { htmlAnswer, jsonAnswer } from '../reply.ts'

/** Enough for a whole office behind one address, too little to flood mailboxes. */
const LIMIT = { times: 10, seconds: 15 * 60 }

/** Gives out keys by mail, where the operator lets it. */
export function keyRoutes(app: Express, ctx: Context): void {
  const limit = createLimit(LIMIT)
  const take = async (request: Request, email: string) => {
    await limit(request)
    await requestKey(ctx, email, languageOf(request.headers['accept-language']) ?? 'en')
  }
  const find = async () => assertSignupOpen(ctx.config)

  mount(
    app,
    ctx,
    operations.requestKey,
    async (_, { body, request }) => {
      await take(request, body.email)
      return jsonAnswer(202, { message: 'Look into the mailbox: a mail is on its way' })
    },
    { find },
  )
  mount(
    app,
    ctx,
    operations.requestKeyForm,
    async (_, { body, request }) => {
      await take(request, body.email)
      return htmlAnswer(202, keyRequestedPage())
    },
    { find },
  )
}
