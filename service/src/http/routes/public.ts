import { operations } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { version } from '../../version.ts'
import { renderHomePage } from '../../web/home.ts'
import type { Mount } from '../endpoint.ts'
import { buildOpenApi } from '../openapi.ts'
import { buildHtmlReply, buildJsonReply } from '../reply.ts'

/** The home page and the OpenAPI document. */
export function mountPublicRoutes(mount: Mount, ctx: Context): void {
  const { publicUrl, signup } = ctx.config
  // The bytes are made once and shared by all responses.
  const home = buildHtmlReply(200, renderHomePage({ publicUrl, version, signup }), {
    // Without a referrer, browsers would send the form with `Origin: null`.
    'Referrer-Policy': 'same-origin',
  })
  const openApi = buildJsonReply(200, buildOpenApi(publicUrl))

  mount(operations.home, async () => home)
  mount(operations.openapi, async () => openApi)
}
