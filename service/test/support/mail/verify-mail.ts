import PostalMime, { type Email } from 'postal-mime'
import { allParts, headerValue, type MailHeader, mimeTree, treeInWords } from './mime-tree.ts'

/** Something attached to a message or shown in it. */
export interface MailAttachment {
  bytes: Buffer
  /** Decoded; null when it has none. */
  fileName: string | null
  type: string
  disposition: string | null
  /** Without angle brackets. */
  cid: string | null
}

/** A message, opened. */
export interface JudgedMail {
  /** Those of the letter, in order; without what servers wrote above them on the way. */
  headers: MailHeader[]
  /** `multipart/mixed[multipart/alternative[text/plain, text/html], application/vnd.apple.pkpass]` */
  tree: string
  parsed: Email
  text: string
  html: string
  attachments: MailAttachment[]
  /** The pictures that the HTML asks for by `cid:`, and the Content-IDs that there are; both sorted, each once. */
  cids: { used: string[]; present: string[] }
  /** What should not be, a line each: foreign and repeated headers, odd bytes, pictures missing or not used. */
  findings: string[]
}

/** The headers that our letter may carry, each once. */
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

/** The headers that a part of it may carry, each once. */
export const knownPartHeaders = [
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
]

/** Servers on the way write these above the letter's own. */
const traceHeaders = ['return-path', 'x-original-to', 'delivered-to', 'received']

/** Opens a received message and says what in it should not be. */
export async function judgeMail(raw: Uint8Array): Promise<JudgedMail> {
  const bytes = Buffer.from(raw)
  const root = mimeTree(bytes.toString('latin1'))
  const [, ...parts] = allParts(root)
  const own = root.headers.findIndex(({ name }) => !traceHeaders.includes(name.toLowerCase()))
  const headers = own === -1 ? [] : root.headers.slice(own)
  const parsed = await PostalMime.parse(bytes)
  const { html = '', text = '' } = parsed
  const contentIds = parts.flatMap(({ headers }) => headerValue(headers, 'content-id') ?? [])
  const cids = {
    used: sorted(
      Array.from(html.matchAll(/cid:([^"'\s)>]+)/gi), ([, cid = '']) => decodeURIComponent(cid)),
    ),
    present: sorted(contentIds.map(bare)),
  }
  return {
    headers,
    tree: treeInWords(root),
    parsed,
    text,
    html,
    attachments: parsed.attachments.map((attachment) => ({
      bytes: bytesOf(attachment.content),
      fileName: attachment.filename,
      type: attachment.mimeType,
      disposition: attachment.disposition,
      cid: attachment.contentId === undefined ? null : bare(attachment.contentId),
    })),
    cids,
    findings: [
      ...judgeHeaders(headers, knownHeaders, 'the letter'),
      ...parts.flatMap((part) => judgeHeaders(part.headers, knownPartHeaders, part.type)),
      ...judgeBytes(bytes),
      ...cids.used
        .filter((cid) => !cids.present.includes(cid))
        .map((cid) => `the picture ${cid} is missing`),
      ...cids.present
        .filter((cid) => !cids.used.includes(cid))
        .map((cid) => `the picture ${cid} is not used`),
    ],
  }
}

function judgeHeaders(headers: MailHeader[], known: string[], where: string): string[] {
  const names = headers.map(({ name }) => name.toLowerCase())
  return [...new Set(names)].flatMap((name) => [
    ...(known.includes(name) ? [] : [`${where} has the foreign header ${JSON.stringify(name)}`]),
    ...(names.indexOf(name) === names.lastIndexOf(name)
      ? []
      : [`${where} has ${JSON.stringify(name)} twice`]),
  ])
}

/** RFC 5322: lines end in CRLF and have at most 998 characters; and all is ASCII unless SMTPUTF8 was asked for. */
function judgeBytes(bytes: Buffer): string[] {
  const text = bytes.toString('latin1')
  const longest = Math.max(...text.split('\r\n').map(({ length }) => length))
  return [
    ...(/(?<!\r)\n|\r(?!\n)/.test(text) ? ['a line does not end in CRLF'] : []),
    ...(longest > 998 ? [`a line has ${longest} characters`] : []),
    ...(/[^\t\r\n\x20-\x7e]/.test(text) ? ['there are bytes that are not printable ASCII'] : []),
  ]
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))
}

function bare(contentId: string): string {
  return contentId.trim().replace(/^<|>$/g, '')
}

function sorted(cids: string[]): string[] {
  return [...new Set(cids)].sort()
}
