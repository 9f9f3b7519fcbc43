/** An element of one of our SVG images. */
export interface SvgElement {
  name: string
  attributes: Record<string, string>
  children: SvgElement[]
  text: string
}

const token = /<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>|<\/([a-z]+)>|([^<]+)/y

/**
 * Parses an SVG more strictly than XML: quoted attributes, numeric entities, no comments, no
 * declarations. Throws if it is not well-formed.
 */
export function readSvg(svg: string): SvgElement {
  const top: SvgElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < svg.length) {
    const at = token.lastIndex
    const match = token.exec(svg)
    const parent = open.at(-1)
    if (!match || !parent) throw new Error(`not well-formed at ${at}: ${svg.slice(at, at + 60)}`)
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
  if (open.length > 1 || others.length > 0 || top.text !== '' || root?.name !== 'svg') {
    throw new Error('not a single svg element')
  }
  return root
}

/** Lists all elements in document order, including the root. */
export function listElements(root: SvgElement): SvgElement[] {
  return [root, ...root.children.flatMap(listElements)]
}

/** Reads the texts that are drawn, in document order. */
export function readSvgTexts(svg: string): string[] {
  return listElements(readSvg(svg)).flatMap(({ name, text }) => (name === 'text' ? [text] : []))
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
