import { operations } from '@passwright/shared/schema'
import type { Context } from '../../../context.ts'
import type { Assets } from '../../../web/assets/assets.ts'
import { parseDocument } from '../../../web/docs/document.ts'
import { loadGuides, renderGuide } from '../../../web/docs/guides.ts'
import { renderLlmsText } from '../../../web/docs/llms.ts'
import { renderGuidePage, renderReferencePage } from '../../../web/docs/pages.ts'
import type { Mount } from '../../endpoint.ts'
import { createNotFound } from '../../errors.ts'
import { buildOpenApi } from '../../openapi.ts'
import { buildTextReply, buildWebReply, type Reply } from '../../reply.ts'

/** The reference and the guides, each rendered once, when somebody first asks for it. */
export function mountDocsRoutes(mount: Mount, ctx: Context, assets: Assets): void {
  const guides = loadGuides()
  const document = parseDocument(buildOpenApi(ctx.config.publicUrl))
  const site = { document, guides, assets }
  const renderOnce = createCache()

  mount(operations.docs, async () => renderOnce('', () => buildWebReply(renderReferencePage(site))))
  mount(operations.docsMarkdown, async ({ params }) => {
    const { markdown } = findGuide(params.name)
    return buildTextReply('text/markdown; charset=utf-8', markdown)
  })
  mount(operations.docsPage, async ({ params }) => {
    const guide = findGuide(params.name)
    return renderOnce(guide.name, () =>
      buildWebReply(renderGuidePage(site, guide, renderGuide(guide, guides))),
    )
  })
  mount(operations.llms, async () =>
    buildTextReply('text/plain; charset=utf-8', renderLlmsText(site)),
  )

  function findGuide(name: string) {
    const guide = guides.find((each) => each.name === name)
    if (!guide) throw createNotFound()
    return guide
  }
}

/** Remembers replies by name; there are as many names as pages. */
function createCache(): (name: string, render: () => Reply) => Reply {
  const replies = new Map<string, Reply>()
  return (name, render) => {
    const reply = replies.get(name) ?? render()
    replies.set(name, reply)
    return reply
  }
}
