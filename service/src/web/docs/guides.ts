import { readFileSync } from 'node:fs'
import { type Heading, renderMarkdown } from './markdown.ts'

const folder = new URL('../../../docs/', import.meta.url)

/** A page of `service/docs`. */
export interface Guide {
  /** The file's, without `.md`. */
  name: string
  title: string
  /** What the list of pages says of it. */
  summary: string
  /** The heading that it stands under in that list. */
  chapter: string
  markdown: string
}

export interface RenderedGuide {
  html: string
  headings: Heading[]
}

/** Reads the guides in the order in which `README.md` lists them; pages for developers are not guides. */
export function loadGuides(): Guide[] {
  const list = readFileSync(new URL('README.md', folder), 'utf8')
  return list.split(/^(?=For you who )/m).flatMap((part) => {
    const [, chapter = ''] = /^For you who (.+):$/m.exec(part) ?? []
    return [...part.matchAll(/^- \[([\w-]+)\.md\]\([\w-]+\.md\): (.+)$/gm)].map(
      ([, name = '', summary = '']) => readGuide(name, summary, `For you who ${chapter}`),
    )
  })
}

function readGuide(name: string, summary: string, chapter: string): Guide {
  const markdown = readFileSync(new URL(`${name}.md`, folder), 'utf8')
  const [, title = name] = /^# (.+)$/m.exec(markdown) ?? []
  return { name, title, summary, chapter, markdown }
}

/** Renders a guide as it stands at `/docs/<name>`: links lead to other guides, and nowhere else in the repository. */
export function renderGuide({ markdown }: Guide, guides: readonly Guide[]): RenderedGuide {
  return renderMarkdown(markdown, (href) => rewriteLink(href, guides))
}

function rewriteLink(href: string, guides: readonly Guide[]): string | undefined {
  if (/^(?:https?:|mailto:|#)/.test(href)) return href
  if (href === 'openapi.json') return '../openapi.json'
  const [, name, anchor = ''] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? []
  if (name === 'README') return '../docs'
  return guides.some((guide) => guide.name === name) ? `${name}${anchor}` : undefined
}
