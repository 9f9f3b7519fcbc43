/** One header as it stood, unfolded. */
export interface MailHeader {
  name: string
  value: string
}

/** A part of a message, with the parts inside it. */
export interface MimePart {
  headers: MailHeader[]
  /** Lower case, without parameters. */
  type: string
  parts: MimePart[]
}

/** Takes a message apart with nothing decoded; what nodemailer builds is judged by code that is not nodemailer's. */
export function mimeTree(raw: string): MimePart {
  const blankLine = /(?:^|\r?\n)\r?\n/.exec(raw)
  const headers = headersOf(raw.slice(0, blankLine?.index))
  const body = blankLine ? raw.slice(blankLine.index + blankLine[0].length) : ''
  const contentType = headerValue(headers, 'content-type') ?? 'text/plain'
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (!type.startsWith('multipart/') || boundary === undefined) return { headers, type, parts: [] }
  const [inside = ''] = `\n${body}`.split(`\n--${boundary}--`, 1)
  const between = new RegExp(`\\n--${boundary.replace(/\W/g, '\\$&')}[ \\t]*\\r?\\n`)
  return { headers, type, parts: inside.split(between).slice(1).map(mimeTree) }
}

/** The tree in one line: `multipart/mixed[text/plain, application/vnd.apple.pkpass]`. */
export function treeInWords({ type, parts }: MimePart): string {
  return parts.length === 0 ? type : `${type}[${parts.map(treeInWords).join(', ')}]`
}

/** Every part below this one and itself. */
export function allParts(part: MimePart): MimePart[] {
  return [part, ...part.parts.flatMap(allParts)]
}

/** The value of the first header of this name, which is in lower case. */
export function headerValue(headers: MailHeader[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name)?.value
}

/** A line without a colon is a header of that name, so that it is noticed. */
function headersOf(head: string): MailHeader[] {
  const lines = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  return lines.filter(Boolean).map((line) => {
    const [, name = line, value = ''] = /^([^:]*):\s*(.*)$/s.exec(line) ?? []
    return { name, value }
  })
}
