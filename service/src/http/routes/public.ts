import { operations } from '@passwright/shared/schema'
import type { Context } from '../../context.ts'
import { version } from '../../version.ts'
import type { Assets } from '../../web/assets/assets.ts'
import { renderHomePage } from '../../web/home.ts'
import type { Mount } from '../endpoint.ts'
import { createNotFound } from '../errors.ts'
import { buildOpenApi } from '../openapi.ts'
import { buildHtmlReply, buildJsonReply } from '../reply.ts'

/** The home page, the files that pages load, and the OpenAPI document. */
export function mountPublicRoutes(mount: Mount, ctx: Context, assets: Assets): void {
  const { publicUrl, signup } = ctx.config
  // The bytes are made once and shared by all responses.
  const home = buildHtmlReply(200, renderHomePage({ publicUrl, version, signup }), {
    // Without a referrer, browsers would send the form with `Origin: null`.
    'Referrer-Policy': 'same-origin',
  })
  const openApi = buildJsonReply(200, buildOpenApi(publicUrl))

  mount(operations.home, async () => home)
  mount(operations.openapi, async () => openApi)
  mount(operations.asset, async ({ params: { version, folder, file } }) => {
    const asset = version === assets.version ? assets.find(`${folder}/${file}`) : undefined
    if (!asset) throw createNotFound()
    return {
      status: 200,
      headers: { 'Content-Type': asset.type, ...keepForever },
      body: asset.body,
    }
  })
}

/** The address of an asset changes with its content. */
const keepForever = { 'Cache-Control': 'public, max-age=31536000, immutable' }
