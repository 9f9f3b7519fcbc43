import { PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Response } from 'express'
import { type ChunkedBytes, joinChunks, toChunkedBytes } from '../chunked-bytes.ts'
import { writeBody } from './limits/transfer.ts'

/** A whole HTTP response. */
export interface Reply {
  status: number
  headers: Record<string, string>
  /** The body, but for the pass file that goes into it. */
  body: Uint8Array
  passFile?: PassFile | undefined
}

/** The `.pkpass` file of a reply: its whole body, or `applePass` in base64 at the end of its JSON. */
export interface PassFile {
  serialNumber: string
  placement: PassFilePlacement
  content: ChunkedBytes
}

export const passFilePlacements = ['body', 'applePass'] as const
export type PassFilePlacement = (typeof passFilePlacements)[number]

type Headers = Reply['headers']

export function buildJsonReply(
  status: number,
  json: unknown,
  headers: Headers = {},
  applePass?: Omit<PassFile, 'placement'>,
): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(json)),
    passFile: applePass && { ...applePass, placement: 'applePass' },
  }
}

/** A reply whose body is a `.pkpass` file. */
export function buildFileReply(
  status: number,
  file: Omit<PassFile, 'placement'>,
  fileName: string,
  headers: Headers = {},
): Reply {
  return {
    status,
    headers: {
      'Content-Type': PASS_MEDIA_TYPE,
      'Content-Disposition': `attachment; filename="${fileName}"`,
      ...headers,
    },
    body: new Uint8Array(),
    passFile: { ...file, placement: 'body' },
  }
}

/** A reply whose body is a page for people. */
export function buildHtmlReply(status: number, html: string, headers: Headers = {}): Reply {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
      ...headers,
    },
    body: Buffer.from(html),
  }
}

/**
 * A page of ours that loads our own style sheets and scripts, talks to this service, and shows pictures
 * that the page itself holds; `styleHash` allows one style sheet inside it.
 */
export function buildWebReply(html: string, headers: Headers = {}, styleHash?: string): Reply {
  const styles = styleHash === undefined ? "'self'" : `'self' '${styleHash}'`
  return buildHtmlReply(200, html, {
    'Content-Security-Policy': `default-src 'none'; style-src ${styles}; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    ...headers,
  })
}

/** A reply whose body is a text of a media type. */
export function buildTextReply(type: string, text: string, headers: Headers = {}): Reply {
  return { status: 200, headers: { 'Content-Type': type, ...headers }, body: Buffer.from(text) }
}

export const noContentReply = buildEmptyReply(204)

/** A reply with bytes of any other media type. */
export function buildReply(
  status: number,
  mediaType: string,
  body: Uint8Array,
  headers: Headers = {},
): Reply {
  return { status, headers: { 'Content-Type': mediaType, ...headers }, body }
}

/** A reply whose status says it all. */
export function buildEmptyReply(status: number, headers: Headers = {}): Reply {
  return { status, headers, body: new Uint8Array() }
}

/** The entity tag of a version (RFC 9110, 8.8.3). */
export function toETag(version: string): string {
  return `"${version}"`
}

const insertPassFile: Record<
  PassFilePlacement,
  (json: Uint8Array, file: ChunkedBytes) => ChunkedBytes
> = {
  body: (_, file) => file,
  applePass: (json, file) => {
    const end = Buffer.from(`,"applePass":"${joinChunks(file).toString('base64')}"}`)
    return toChunkedBytes(Buffer.concat([json.subarray(0, -1), end]))
  },
}

/** The bytes of a reply's body. */
function toBodyBytes({ body, passFile }: Reply): ChunkedBytes {
  if (!passFile) return toChunkedBytes(body)
  return insertPassFile[passFile.placement](body, passFile.content)
}

/** Sends a reply that no cache may keep and no browser may sniff. */
export function sendReply(response: Response, reply: Reply): void {
  if (response.headersSent || response.destroyed) return
  const { status, headers } = reply
  const body = toBodyBytes(reply)
  response.status(status).set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // A 204 has none, and that of a 304 would be the file's (RFC 9110, 8.6).
    ...(status === 204 || status === 304 ? {} : { 'Content-Length': String(body.byteLength) }),
    ...headers,
  })
  writeBody(response, body)
}
