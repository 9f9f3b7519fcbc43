import { type Locale, operations } from '@passwright/shared/schema'
import type { Context } from '../../../context.ts'
import { version } from '../../../version.ts'
import type { Assets } from '../../../web/assets/assets.ts'
import { type HomePage, renderHomePage } from '../../../web/home/home.ts'
import { samplePass } from '../../../web/home/sample.ts'
import { negotiateLocale } from '../../../web/language.ts'
import { preparePreview, renderPreview } from '../../../web/preview/preview.ts'
import { renderStatsPage } from '../../../web/stats-page/stats-page.ts'
import type { Mount } from '../../endpoint.ts'
import { createNotFound } from '../../errors.ts'
import { buildOpenApi } from '../../openapi.ts'
import { buildJsonReply, buildReply, buildWebReply, type Reply } from '../../reply.ts'

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

/** The home page, the files that pages load, the OpenAPI document and the rules for crawlers. */
export function mountPublicRoutes(mount: Mount, ctx: Context, assets: Assets): void {
  const { publicUrl } = ctx.config
  // The bytes are made once and shared by all responses.
  const openApi = buildJsonReply(200, buildOpenApi(publicUrl))
  let homes: Promise<Record<Locale, Reply>> | undefined

  mount(operations.home, async ({ request }) => {
    homes ??= buildHomeReplies(ctx, assets).catch((error: unknown) => {
      homes = undefined
      throw error
    })
    return (await homes)[negotiateLocale(request.headers['accept-language']) ?? 'en']
  })
  mount(operations.statsPage, async ({ request }) => {
    const locale = negotiateLocale(request.headers['accept-language']) ?? 'en'
    return buildWebReply(renderStatsPage(assets, locale), { Vary: 'Accept-Language' })
  })
  mount(operations.openapi, async () => openApi)
  mount(operations.robots, async () => robots)
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

async function buildHomeReplies(ctx: Context, assets: Assets): Promise<Record<Locale, Reply>> {
  const { publicUrl, signup } = ctx.config
  const { html: sampleHtml } = await renderPreview(await preparePreview(ctx, samplePass, ''))
  const options = { publicUrl, version, signup, assets, sampleHtml }
  const build = (locale: Locale) => toReply(renderHomePage(options, locale))
  return { en: build('en'), de: build('de') }
}

function toReply({ html, styleHash }: HomePage): Reply {
  return buildWebReply(
    html,
    {
      Vary: 'Accept-Language',
      // Without a referrer, browsers would send the form with `Origin: null`.
      'Referrer-Policy': 'same-origin',
    },
    styleHash,
  )
}
