/** An element of one of our pictures. */
export interface SvgElement {
  name: string
  attributes: Record<string, string>
  children: SvgElement[]
  text: string
}

const token = /<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>|<\/([a-z]+)>|([^<]+)/y

/**
 * Reads a picture as strictly as XML wants it, and stricter: quoted attributes, numbered entities,
 * no comments, no declarations. Throws where it is not well-formed.
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
      const element = { name: start, attributes: attributesOf(attributes), children: [], text: '' }
      parent.children.push(element)
      if (empty === '') open.push(element)
    }
    if (text !== undefined) parent.text += decoded(text)
    if (end !== undefined && open.pop()?.name !== end) throw new Error(`</${end}> closes another`)
  }
  const [root, ...others] = top.children
  if (open.length > 1 || others.length > 0 || top.text !== '' || root?.name !== 'svg') {
    throw new Error('not one whole svg element')
  }
  return root
}

/** Every element, from the root on. */
export function elementsOf(root: SvgElement): SvgElement[] {
  return [root, ...root.children.flatMap(elementsOf)]
}

/** The texts that are drawn, in the order of the picture. */
export function textsOf(svg: string): string[] {
  return elementsOf(readSvg(svg)).flatMap(({ name, text }) => (name === 'text' ? [text] : []))
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([^=]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, decoded(value)] as const,
  )
  const attributes = Object.fromEntries(pairs)
  if (Object.keys(attributes).length < pairs.length) throw new Error(`twice in${text}`)
  return attributes
}

// https://www.w3.org/TR/xml/#charsets
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids.
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

function decoded(text: string): string {
  if (forbidden.test(text) || !text.isWellFormed()) throw new Error('a character XML cannot hold')
  if (/&(?!#\d+;)/.test(text) || text.includes(']]>')) throw new Error(`not escaped: ${text}`)
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
}
