import { stripTags } from '../../apple/fields/field-text.ts'
import { escapeXml } from '../../text/html.ts'

const linkPattern = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>([^<>]*)<\/a>/gi
const allowedProtocols = ['http:', 'https:', 'mailto:', 'tel:']

/** Renders an `attributedValue` as HTML: its links as links, and everything else as escaped text. */
export function renderLinks(markup: string): string {
  const parts: string[] = []
  let at = 0
  for (const match of markup.matchAll(linkPattern)) {
    const [matched, doubleQuoted, singleQuoted, text = ''] = match
    parts.push(escapeXml(stripTags(markup.slice(at, match.index))))
    parts.push(renderLink(stripTags(doubleQuoted ?? singleQuoted ?? ''), stripTags(text)))
    at = match.index + matched.length
  }
  return parts.join('') + escapeXml(stripTags(markup.slice(at)))
}

function renderLink(href: string, text: string): string {
  const url = URL.parse(href)
  if (!url || !allowedProtocols.includes(url.protocol)) return escapeXml(text)
  const shown = text.trim() === '' ? url.href : text
  return `<a href="${escapeXml(url.href)}" rel="noopener nofollow ugc">${escapeXml(shown)}</a>`
}
