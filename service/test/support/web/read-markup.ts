/** An element of one of our cards or SVG images. */
export interface MarkupElement {
  name: string
  attributes: Record<string, string>
  children: MarkupElement[]
  text: string
}

const token = /<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>|<\/([a-z]+)>|([^<]+)/y

/** Parses an SVG; see `readMarkup`. */
export function readSvg(svg: string): MarkupElement {
  return readMarkup(svg, 'svg')
}

/**
 * Parses one element more strictly than XML: quoted attributes, numeric entities, no comments, no
 * declarations. Throws if it is not well-formed, or has another name.
 */
export function readMarkup(markup: string, expected: string): MarkupElement {
  const top: MarkupElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < markup.length) {
    const at = token.lastIndex
    const match = token.exec(markup)
    const parent = open.at(-1)
    if (!match || !parent) throw new Error(`not well-formed at ${at}: ${markup.slice(at, at + 60)}`)
    const [, start, attributes = '', empty, end, text] = match
    if (start !== undefined) {
      const element = {
        name: start,
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
      }
      parent.children.push(element)
      if (empty === '') open.push(element)
    }
    if (text !== undefined) parent.text += decodeText(text)
    if (end !== undefined && open.pop()?.name !== end)
      throw new Error(`</${end}> closes another element`)
  }
  const [root, ...others] = top.children
  if (open.length > 1 || others.length > 0 || top.text !== '' || root?.name !== expected) {
    throw new Error(`not a single ${expected} element`)
  }
  return root
}

/** Lists all elements in document order, including the root. */
export function listElements(root: MarkupElement): MarkupElement[] {
  return [root, ...root.children.flatMap(listElements)]
}

/** Reads the texts of a card in document order, without those that are only for screen readers. */
export function readCardTexts(markup: string, expected = 'article'): string[] {
  return markup === ''
    ? []
    : listElements(readMarkup(markup, expected)).flatMap(({ name, text, attributes }) =>
        /^(?:dt|dd|p|figcaption)$/.test(name) && text !== '' && attributes.class !== 'pc-unnamed'
          ? [text]
          : [],
      )
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([^=]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, decodeText(value)] as const,
  )
  const attributes = Object.fromEntries(pairs)
  if (Object.keys(attributes).length < pairs.length)
    throw new Error(`duplicate attribute in${text}`)
  return attributes
}

// https://www.w3.org/TR/xml/#charsets
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids these.
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

function decodeText(text: string): string {
  if (forbidden.test(text) || !text.isWellFormed()) throw new Error('a character that XML forbids')
  if (/&(?!#\d+;)/.test(text) || text.includes(']]>')) throw new Error(`not escaped: ${text}`)
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}
