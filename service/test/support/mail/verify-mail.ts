import PostalMime, { type Email } from 'postal-mime'
import {
  findHeaderValue,
  flattenParts,
  formatMimeTree,
  type MailHeader,
  parseMimeTree,
} from './mime-tree.ts'

/** An attachment or an inline image. */
export interface MailAttachment {
  bytes: Buffer
  /** Decoded; null if there is none. */
  fileName: string | null
  type: string
  disposition: string | null
  /** Without angle brackets. */
  cid: string | null
}

/** A parsed message with everything that is wrong with it. */
export interface InspectedMail {
  /** The headers in order, without those that mail servers added on the way. */
  headers: MailHeader[]
  /** `multipart/mixed[multipart/alternative[text/plain, text/html], application/vnd.apple.pkpass]` */
  tree: string
  parsed: Email
  text: string
  html: string
  attachments: MailAttachment[]
  /** The `cid:` URLs in the HTML and the Content-IDs of the parts, each sorted and without duplicates. */
  cids: { used: string[]; present: string[] }
  /** One line per finding: unknown or repeated headers, invalid bytes, missing or unused images. */
  findings: string[]
}

/** The headers that our emails may have, each once. */
export const knownHeaders = [
  'from',
  'to',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'auto-submitted',
  'content-language',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]

/** The headers that their parts may have, each once. */
export const knownPartHeaders = [
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
]

/** Mail servers add these above the other headers. */
const traceHeaders = ['return-path', 'x-original-to', 'delivered-to', 'received']

/** Parses a received message and collects everything that is wrong with it. */
export async function inspectMail(raw: Uint8Array): Promise<InspectedMail> {
  const bytes = Buffer.from(raw)
  const root = parseMimeTree(bytes.toString('latin1'))
  const [, ...parts] = flattenParts(root)
  const own = root.headers.findIndex(({ name }) => !traceHeaders.includes(name.toLowerCase()))
  const headers = own === -1 ? [] : root.headers.slice(own)
  const parsed = await PostalMime.parse(bytes)
  const { html = '', text = '' } = parsed
  const contentIds = parts.flatMap(({ headers }) => findHeaderValue(headers, 'content-id') ?? [])
  const cids = {
    used: sortUnique(
      Array.from(html.matchAll(/cid:([^"'\s)>]+)/gi), ([, cid = '']) => decodeURIComponent(cid)),
    ),
    present: sortUnique(contentIds.map(removeAngleBrackets)),
  }
  return {
    headers,
    tree: formatMimeTree(root),
    parsed,
    text,
    html,
    attachments: parsed.attachments.map((attachment) => ({
      bytes: toBuffer(attachment.content),
      fileName: attachment.filename,
      type: attachment.mimeType,
      disposition: attachment.disposition,
      cid: attachment.contentId === undefined ? null : removeAngleBrackets(attachment.contentId),
    })),
    cids,
    findings: [
      ...inspectHeaders(headers, knownHeaders, 'the message'),
      ...parts.flatMap((part) => inspectHeaders(part.headers, knownPartHeaders, part.type)),
      ...inspectBytes(bytes),
      ...cids.used
        .filter((cid) => !cids.present.includes(cid))
        .map((cid) => `the image ${cid} is missing`),
      ...cids.present
        .filter((cid) => !cids.used.includes(cid))
        .map((cid) => `the image ${cid} is not used`),
    ],
  }
}

function inspectHeaders(headers: MailHeader[], known: string[], where: string): string[] {
  const names = headers.map(({ name }) => name.toLowerCase())
  return [...new Set(names)].flatMap((name) => [
    ...(known.includes(name) ? [] : [`${where} has the unknown header ${JSON.stringify(name)}`]),
    ...(names.indexOf(name) === names.lastIndexOf(name)
      ? []
      : [`${where} has ${JSON.stringify(name)} twice`]),
  ])
}

/** RFC 5322: lines end in CRLF and have at most 998 characters. Without SMTPUTF8, everything is ASCII. */
function inspectBytes(bytes: Buffer): string[] {
  const text = bytes.toString('latin1')
  const longest = Math.max(...text.split('\r\n').map(({ length }) => length))
  return [
    ...(/(?<!\r)\n|\r(?!\n)/.test(text) ? ['a line does not end in CRLF'] : []),
    ...(longest > 998 ? [`a line has ${longest} characters`] : []),
    ...(/[^\t\r\n\x20-\x7e]/.test(text) ? ['there are bytes that are not printable ASCII'] : []),
  ]
}

function toBuffer(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))
}

function removeAngleBrackets(contentId: string): string {
  return contentId.trim().replace(/^<|>$/g, '')
}

function sortUnique(cids: string[]): string[] {
  return [...new Set(cids)].sort()
}
