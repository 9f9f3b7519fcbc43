import { PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import type { Response } from 'express'
import type { Reply } from './idempotency.ts'

type Headers = Record<string, string>

/** An answer in JSON. */
export function jsonReply(status: number, json: unknown, headers: Headers = {}): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(json)),
  }
}

/** An answer that is the signed file. */
export function fileReply(
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

/** An answer for people, as a whole page. */
export function htmlReply(status: number, html: string, headers: Headers = {}): Reply {
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

/** Sends an answer; nothing of ours is kept by others or guessed at. */
export function sendReply(response: Response, { status, headers, body }: Reply): void {
  if (response.headersSent || response.destroyed) return
  response.status(status).set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // RFC 9110, 8.6: a 204 has none.
    ...(status === 204 ? {} : { 'Content-Length': String(body.byteLength) }),
    ...headers,
  })
  response.end(body)
}
