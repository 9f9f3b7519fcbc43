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
  const openApi = buildOpenApi(publicUrl)

  mount(operations.home, async () =>
    buildHtmlReply(200, renderHomePage({ publicUrl, version, signup })),
  )
  mount(operations.openapi, async () => buildJsonReply(200, openApi))
}
