import { Problem, toInvalidRequest } from '@passwright/shared'
import type { Request, RequestHandler } from 'express'
import express from 'express'
import { findExtentIssue } from './limits/json-limits.ts'

/** The largest body, in bytes after decompression. */
export const BODY_LIMIT = 2 * 1024 * 1024

/** Refuses a body that is not declared as JSON in UTF-8 (RFC 8259, 8.1). */
export const requireJson = requireType(['application/json'])

/** The same for a merge patch, which has a media type of its own too (RFC 7396, 4). */
export const requirePatch = requireType(['application/json', 'application/merge-patch+json'])

function requireType(types: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
      .toLowerCase()
      .split(';')
    const charset = parameters
      .map((parameter) => parameter.trim())
      .find((parameter) => parameter.startsWith('charset='))
    const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
    if (types.includes(type.trim()) && isUtf8) return next()
    throw new Problem(
      'unsupported_media_type',
      'Send the body as JSON in UTF-8, with the header Content-Type: application/json',
    )
  }
}

/** Refuses a body that is not declared as that of an HTML form. */
export const requireForm: RequestHandler = (request, _response, next) => {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type.trim() === 'application/x-www-form-urlencoded') return next()
  throw new Problem('unsupported_media_type', 'Send the form of the page')
}

/** Reads a body into a buffer, decompressed, up to the limit. */
export const readBytes: RequestHandler = express.raw({ type: () => true, limit: BODY_LIMIT })

/** Parses a body that was read as JSON; refuses one that is nested too deep or holds too many values. */
export function parseJsonBody(request: Request): unknown {
  const json = parse(decode(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)))
  const issue = findExtentIssue(json)
  if (issue) throw toInvalidRequest([issue])
  return json
}

/** The fields of a form that was read (WHATWG URL, 5.1); of a repeated one the last. */
export function parseFormBody({ body }: Request): Record<string, unknown> {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : ''
  return Object.fromEntries(new URLSearchParams(text))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
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
