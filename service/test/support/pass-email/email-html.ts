/** An element of an email's HTML, as a strict parser sees it. */
export interface HtmlElement {
  tag: string
  attributes: Record<string, string>
  style: Record<string, string>
  /** The nearest one first. */
  ancestors: HtmlElement[]
  /** The text directly inside, with its entities decoded. */
  text: string
}

const token =
  /<!--[\s\S]*?-->|<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>|[^<]+/g
const voidTags = ['meta', 'img', 'br']

/**
 * Parses an email's HTML more strictly than any email client: every tag closed in order, every
 * attribute in double quotes, no stray angle bracket. Throws if that does not hold.
 */
export function readHtml(html: string): HtmlElement[] {
  const elements: HtmlElement[] = []
  const open: HtmlElement[] = []
  let position = 0
  for (const { 0: match, 1: slash, 2: tag, 3: attributes = '', index } of html.matchAll(token)) {
    if (index !== position) throw new Error(`stray < at ${html.slice(position, position + 60)}`)
    position += match.length
    if (tag === undefined) {
      const parent = open.at(-1)
      if (parent && !match.startsWith('<!')) parent.text += decodeEntities(match)
    } else if (slash) {
      const closed = open.pop()
      if (closed?.tag !== tag) throw new Error(`</${tag}> closes <${closed?.tag}>`)
    } else {
      const element = parseElement(tag, attributes, open.toReversed())
      elements.push(element)
      if (!voidTags.includes(tag)) open.push(element)
    }
  }
  if (position !== html.length) {
    throw new Error(`stray < at ${html.slice(position, position + 60)}`)
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.tag}> is never closed`)
  return elements
}

/** Parses the HTML as Outlook for Windows does, which reads `<!--[if mso]>`. */
export function readHtmlAsOutlook(html: string): HtmlElement[] {
  return readHtml(html.replace(/<!--\[if mso\]>([\s\S]*?)<!\[endif\]-->/g, '$1'))
}

/** Extracts all text of the body in order, with single spaces. */
export function extractBodyText(html: string): string {
  const body = html.slice(html.indexOf('<body'))
  return decodeEntities(
    body
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<\/?(?:span|strong|a)\b[^>]*>/g, '')
      .replace(/<[^>]*>/g, ' '),
  ).replace(/\s+/g, ' ')
}

function parseElement(tag: string, source: string, ancestors: HtmlElement[]): HtmlElement {
  const pairs = [...source.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, decodeEntities(value)] as const,
  )
  const attributes = Object.fromEntries(pairs)
  if (Object.keys(attributes).length !== pairs.length) {
    throw new Error(`<${tag}> has an attribute twice`)
  }
  return { tag, attributes, style: parseStyle(attributes.style ?? ''), ancestors, text: '' }
}

function parseStyle(style: string): Record<string, string> {
  const declarations = style.split(';').filter((declaration) => declaration !== '')
  return Object.fromEntries(
    declarations.map((declaration) => {
      const colon = declaration.indexOf(':')
      if (colon < 1) throw new Error(`not CSS: ${declaration}`)
      return [declaration.slice(0, colon), declaration.slice(colon + 1)]
    }),
  )
}

function decodeEntities(text: string): string {
  const bare = /&(?!#\d+;|nbsp;)/.exec(text)
  if (bare) throw new Error(`unescaped & in ${text.slice(bare.index, bare.index + 40)}`)
  return text
    .replaceAll('&nbsp;', '\u00a0')
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
}
