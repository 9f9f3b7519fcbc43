import { type Locale, operations } from '@passwright/shared/schema'
import type { Request } from 'express'
import type { Context } from '../../../context.ts'
import { assertSignupOpen, requestApiKey } from '../../../signup/request.ts'
import { renderKeyRequestedPage } from '../../../web/home/home.ts'
import { negotiateLocale } from '../../../web/language.ts'
import { assertSameSite } from '../../cross-site.ts'
import type { Mount } from '../../endpoint.ts'
import { identifyCaller } from '../../limits/caller.ts'
import { createRateLimit } from '../../limits/rate-limit.ts'
import { buildHtmlReply, buildJsonReply } from '../../reply.ts'

/** Enough for a whole office behind one address, and too little to flood mailboxes. */
const LIMIT = { times: 10, seconds: 15 * 60 }

/** Mails API keys to those who ask for one, where the operator allows it. */
export function mountSignupRoutes(mount: Mount, ctx: Context): void {
  const countRequest = createRateLimit({ ...LIMIT, now: ctx.now })
  const requestKey = async (request: Request, email: string) => {
    const tooMany = countRequest(identifyCaller(request))
    if (tooMany) throw tooMany
    await requestApiKey(ctx, email, chooseLocale(request))
  }
  const load = async () => assertSignupOpen(ctx.config)
  const loadForm = async (_key: unknown, _params: unknown, request: Request) => {
    assertSameSite(request, ctx.config.publicUrl)
    assertSignupOpen(ctx.config)
  }

  mount(
    operations.requestKey,
    async ({ body, request }) => {
      await requestKey(request, body.email)
      return buildJsonReply(202, { message: 'Check your mailbox: an email is on its way' })
    },
    { load },
  )
  mount(
    operations.requestKeyForm,
    async ({ body, request }) => {
      await requestKey(request, body.email)
      return buildHtmlReply(202, renderKeyRequestedPage(chooseLocale(request)))
    },
    { load: loadForm },
  )
}

function chooseLocale({ headers }: Request): Locale {
  return negotiateLocale(headers['accept-language']) ?? 'en'
}
