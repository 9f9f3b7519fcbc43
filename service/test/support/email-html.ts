/** A tag of a letter with what it says, as a strict reader sees it. */
export interface Element {
  tag: string
  attributes: Record<string, string>
  style: Record<string, string>
  /** What it stands in, the nearest first. */
  parents: Element[]
  /** The text directly inside, with its entities read. */
  text: string
}

const token =
  /<!--[\s\S]*?-->|<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>|[^<]+/g
const withoutEnd = ['meta', 'img', 'br']

/**
 * Reads a letter's HTML more strictly than any mail program: every tag closed in its turn, every
 * attribute in double quotes, no stray angle bracket. Throws where that does not hold.
 */
export function readHtml(html: string): Element[] {
  const elements: Element[] = []
  const open: Element[] = []
  let read = 0
  for (const { 0: whole, 1: slash, 2: tag, 3: attributes = '', index } of html.matchAll(token)) {
    if (index !== read) throw new Error(`stray < at ${html.slice(read, read + 60)}`)
    read += whole.length
    if (tag === undefined) {
      const inside = open.at(-1)
      if (inside && !whole.startsWith('<!')) inside.text += readEntities(whole)
    } else if (slash) {
      const closed = open.pop()
      if (closed?.tag !== tag) throw new Error(`</${tag}> closes <${closed?.tag}>`)
    } else {
      const element = elementOf(tag, attributes, open.toReversed())
      elements.push(element)
      if (!withoutEnd.includes(tag)) open.push(element)
    }
  }
  if (read !== html.length) throw new Error(`stray < at ${html.slice(read, read + 60)}`)
  if (open.length > 0) throw new Error(`<${open.at(-1)?.tag}> is never closed`)
  return elements
}

/** The same as Word's engine reads it, which looks into `<!--[if mso]>`. */
export function readHtmlAsOutlook(html: string): Element[] {
  return readHtml(html.replace(/<!--\[if mso\]>([\s\S]*?)<!\[endif\]-->/g, '$1'))
}

/** All that stands in the body for readers, in its order and with single spaces. */
export function readableText(html: string): string {
  const body = html.slice(html.indexOf('<body'))
  return readEntities(
    body
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<\/?(?:span|strong|a)\b[^>]*>/g, '')
      .replace(/<[^>]*>/g, ' '),
  ).replace(/\s+/g, ' ')
}

function elementOf(tag: string, source: string, parents: Element[]): Element {
  const pairs = [...source.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => [name, readEntities(value)] as const,
  )
  const attributes = Object.fromEntries(pairs)
  if (Object.keys(attributes).length !== pairs.length)
    throw new Error(`<${tag}> says a thing twice`)
  return { tag, attributes, style: readStyle(attributes.style ?? ''), parents, text: '' }
}

function readStyle(style: string): Record<string, string> {
  const parts = style.split(';').filter((part) => part !== '')
  return Object.fromEntries(
    parts.map((part) => {
      const colon = part.indexOf(':')
      if (colon < 1) throw new Error(`no CSS: ${part}`)
      return [part.slice(0, colon), part.slice(colon + 1)]
    }),
  )
}

function readEntities(text: string): string {
  const bare = /&(?!#\d+;|nbsp;)/.exec(text)
  if (bare) throw new Error(`bare & in ${text.slice(bare.index, bare.index + 40)}`)
  return text
    .replaceAll('&nbsp;', '\u00a0')
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
}
