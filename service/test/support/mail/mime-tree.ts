/** A header, unfolded but not decoded. */
export interface MailHeader {
  name: string
  value: string
}

/** A part of a message, with its nested parts. */
export interface MimePart {
  headers: MailHeader[]
  /** In lower case, without parameters. */
  type: string
  parts: MimePart[]
}

/** Parses a message into its parts without decoding them, with code that is not nodemailer's. */
export function parseMimeTree(raw: string): MimePart {
  const blankLine = /(?:^|\r?\n)\r?\n/.exec(raw)
  const headers = parseHeaders(raw.slice(0, blankLine?.index))
  const body = blankLine ? raw.slice(blankLine.index + blankLine[0].length) : ''
  const contentType = findHeaderValue(headers, 'content-type') ?? 'text/plain'
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (!type.startsWith('multipart/') || boundary === undefined) return { headers, type, parts: [] }
  const [inside = ''] = `\n${body}`.split(`\n--${boundary}--`, 1)
  const between = new RegExp(`\\n--${boundary.replace(/\W/g, '\\$&')}[ \\t]*\\r?\\n`)
  return { headers, type, parts: inside.split(between).slice(1).map(parseMimeTree) }
}

/** Formats the tree in one line: `multipart/mixed[text/plain, application/vnd.apple.pkpass]`. */
export function formatMimeTree({ type, parts }: MimePart): string {
  return parts.length === 0 ? type : `${type}[${parts.map(formatMimeTree).join(', ')}]`
}

/** Returns this part and all parts below it. */
export function flattenParts(part: MimePart): MimePart[] {
  return [part, ...part.parts.flatMap(flattenParts)]
}

/** Finds the value of the first header with this name in lower case. */
export function findHeaderValue(headers: MailHeader[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name)?.value
}

/** A line without a colon becomes a header with that name, so that checks notice it. */
function parseHeaders(head: string): MailHeader[] {
  const lines = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  return lines.filter(Boolean).map((line) => {
    const [, name = line, value = ''] = /^([^:]*):\s*(.*)$/s.exec(line) ?? []
    return { name, value }
  })
}
