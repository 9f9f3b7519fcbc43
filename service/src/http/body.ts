import { invalidRequest, Problem } from '@passwright/shared'
import type { Request, RequestHandler } from 'express'
import express from 'express'
import { findExtentIssue } from './json-limits.ts'

/** The largest body, in bytes after decompression. */
const BODY_LIMIT = 2 * 1024 * 1024

/** Refuses what is not sent as JSON in UTF-8 (RFC 8259, 8.1). */
export const requireJson = requireType(['application/json'])

/** The same for a merge patch, under either name (RFC 7396, 4). */
export const requirePatch = requireType(['application/json', 'application/merge-patch+json'])

function requireType(types: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
      .toLowerCase()
      .split(';')
    const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
    const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
    if (types.includes(type.trim()) && isUtf8) return next()
    throw new Problem(
      'unsupported_media_type',
      'Send the body as JSON in UTF-8, with the header Content-Type: application/json',
    )
  }
}

/** Reads the bytes of a body, decompressed, up to the limit. */
export const readBytes: RequestHandler = express.raw({ type: () => true, limit: BODY_LIMIT })

/** The JSON of a body whose bytes were read, of an extent that can be judged in every part. */
export function parseJsonBody(request: Request): unknown {
  const json = parse(decode(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)))
  const trouble = findExtentIssue(json)
  if (trouble) throw invalidRequest([trouble])
  return json
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem('invalid_json', 'The body is not UTF-8; send the JSON in UTF-8')
  }
}

function parse(text: string): unknown {
  if (text.trim() === '') {
    throw new Problem('invalid_json', 'The body is empty; send the fields of the pass as JSON')
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem(
      'invalid_json',
      'The body is not valid JSON; check quotes, commas and braces',
      {
        cause,
      },
    )
  }
}
