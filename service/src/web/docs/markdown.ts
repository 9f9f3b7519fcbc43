import { Marked } from 'marked'
import { escapeHtml } from '../../text/html.ts'

/** A heading of a page: the anchor that leads to it. */
export interface Heading {
  depth: number
  text: string
  id: string
}

export interface RenderedMarkdown {
  html: string
  headings: Heading[]
}

/**
 * Renders Markdown of ours as HTML: headings have the anchors that GitHub gives them, wide tables scroll
 * by themselves. `rewrite` gives the address of a link, undefined for one that leads nowhere here.
 */
export function renderMarkdown(
  markdown: string,
  rewrite: (href: string) => string | undefined,
): RenderedMarkdown {
  const headings: Heading[] = []
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens)
        const text = this.parser.parseInline(tokens, this.parser.textRenderer)
        const id = toAnchor(text)
        headings.push({ depth, text, id })
        return `<h${depth} id="${id}">${html}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens)
        const address = rewrite(href)
        return address === undefined ? html : `<a href="${escapeHtml(address)}">${html}</a>`
      },
      table({ header, rows }) {
        const toRow = (cells: typeof header, name: string) =>
          `<tr>${cells.map((cell) => `<${name}>${this.parser.parseInline(cell.tokens)}</${name}>`).join('')}</tr>`
        const body = rows.map((row) => toRow(row, 'td')).join('\n')
        return renderTable(
          toRow(header, 'th scope="col"').replaceAll('</th scope="col">', '</th>'),
          body,
        )
      },
      code({ text }) {
        return renderCode(text)
      },
    },
  })
  const html = marked.parse(markdown, { async: false })
  return { html, headings }
}

/** A table that scrolls within the page, also by keyboard. */
export function renderTable(headRow: string, bodyRows: string): string {
  return `<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n<thead>${headRow}</thead>\n<tbody>\n${bodyRows}\n</tbody>\n</table></div>\n`
}

/** A block of code that scrolls within the page, also by keyboard. */
export function renderCode(text: string): string {
  return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`
}

/** The anchor of a heading, as GitHub makes it. */
export function toAnchor(text: string): string {
  return text
    .toLowerCase()
    .replace(/&[#\w]+;/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}
