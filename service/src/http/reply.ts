import { PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Response } from 'express'
import { writeBody } from './transfer.ts'

/** A whole HTTP response. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

type Headers = Reply['headers']

export function buildJsonReply(status: number, json: unknown, headers: Headers = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(json)),
  }
}

/** A reply whose body is a `.pkpass` file. */
export function buildFileReply(
  status: number,
  file: Uint8Array,
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
    body: file,
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

export const noContentReply: Reply = { status: 204, headers: {}, body: new Uint8Array() }

/** The entity tag of a version (RFC 9110, 8.8.3). */
export function toETag(version: string): string {
  return `"${version}"`
}

/** Sends a reply that no cache may keep and no browser may sniff. */
export function sendReply(response: Response, { status, headers, body }: Reply): void {
  if (response.headersSent || response.destroyed) return
  response.status(status).set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // A 204 has none (RFC 9110, 8.6).
    ...(status === 204 ? {} : { 'Content-Length': String(body.byteLength) }),
    ...headers,
  })
  writeBody(response, body)
}
