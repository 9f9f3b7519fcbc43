import { operations } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { version } from '../../version.ts'
import { renderHomePage } from '../../web/home.ts'
import type { Mount } from '../endpoint.ts'
import { buildOpenApi } from '../openapi.ts'
import { buildHtmlReply, buildJsonReply, buildReply } from '../reply.ts'

/**
 * Share pages are open to crawlers, which then read that they must not be indexed. Google asks for the
 * right to fetch images and to call back.
 */
const robots = buildReply(
  200,
  'text/plain; charset=utf-8',
  Buffer.from(
    [
      'User-agent: *',
      'Disallow: /api/',
      'Disallow: /apple/',
      'Allow: /images/',
      'Allow: /google/',
      '',
    ].join('\n'),
  ),
)

/** The home page, the OpenAPI document and the rules for crawlers. */
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
  mount(operations.robots, async () => robots)
}
