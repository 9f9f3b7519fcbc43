import { escapeHtml } from '../../text/html.ts'
import type { Assets } from '../assets/assets.ts'
import type { OpenApiDocument } from './document.ts'
import type { Guide, RenderedGuide } from './guides.ts'
import { renderLayout } from './layout.ts'
import { listChapters, renderReference } from './reference.ts'

/** What all pages of the docs need. */
export interface DocsSite {
  document: OpenApiDocument
  guides: readonly Guide[]
  /** The files that the pages load. */
  assets: Assets
}

/** Renders `/docs`: the guides, and the reference of every operation. */
export function renderReferencePage(site: DocsSite): string {
  const { document, guides } = site
  const [server] = document.servers
  const list = listGuideChapters(guides).map(
    ([chapter, inside]) =>
      `<h3>${escapeHtml(chapter)}</h3>\n<ul>\n${inside.map(({ name, title, summary }) => `<li><a href="docs/${name}">${escapeHtml(title)}</a>: ${escapeHtml(summary)}</li>`).join('\n')}\n</ul>`,
  )
  const chapters = listChapters(document)
  const contents = chapters.map(
    ({ title, operations }) =>
      `<li><details><summary>${escapeHtml(title)}</summary><ul>\n${operations.map(({ operationId, summary }) => `<li><a href="#${operationId}">${escapeHtml(summary)}</a></li>`).join('\n')}\n</ul></details></li>`,
  )
  return renderLayout({
    title: 'Passwright: API reference and guides',
    root: '',
    assets: site.assets,
    navigation: `${renderGuideList(guides, 'docs/', undefined)}\n<h2>Reference</h2>\n<ul>\n${contents.join('\n')}\n<li><a href="#schemas">Schemas</a></li>\n</ul>`,
    body: `<h1>Documentation</h1>
<p class="lead">JSON in, a signed Apple Wallet pass out. The guides explain, the reference below lists every request that this service takes. Version ${escapeHtml(document.info.version)}.</p>
<h2 id="guides">Guides</h2>
${list.join('\n')}
<h2 id="reference">Reference</h2>
<p>The service is at <code>${escapeHtml(server?.url ?? '')}</code>. The same for programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1), <a href="llms.txt">llms.txt</a>.</p>
${renderReference(document)}`,
  })
}

/** Renders `/docs/<name>`. */
export function renderGuidePage(site: DocsSite, guide: Guide, rendered: RenderedGuide): string {
  const inside = rendered.headings.filter(({ depth }) => depth === 2)
  const contents =
    inside.length < 2
      ? ''
      : `<h2>On this page</h2>\n<ul>\n${inside.map(({ id, text }) => `<li><a href="#${id}">${text}</a></li>`).join('\n')}\n</ul>`
  return renderLayout({
    title: `${guide.title} · Passwright`,
    root: '../',
    assets: site.assets,
    navigation: `${renderGuideList(site.guides, '', guide)}\n${contents}`,
    body: `${rendered.html}\n<p class="source"><a href="${guide.name}.md">This page as Markdown</a></p>`,
  })
}

function renderGuideList(guides: readonly Guide[], base: string, current: Guide | undefined) {
  const items = guides.map(
    (guide) =>
      `<li><a href="${base}${guide.name}"${guide === current ? ' aria-current="page"' : ''}>${escapeHtml(guide.title)}</a></li>`,
  )
  return `<h2>Guides</h2>\n<ul>\n${items.join('\n')}\n</ul>`
}

function listGuideChapters(guides: readonly Guide[]): [string, Guide[]][] {
  return [...Map.groupBy(guides, ({ chapter }) => chapter)]
}
