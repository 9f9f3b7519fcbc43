import { Problem } from '@passwright/shared'
import type { Request, RequestHandler } from 'express'

/** Refuses what no form of a page has sent. */
export const requireForm: RequestHandler = (request, _response, next) => {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type.trim() === 'application/x-www-form-urlencoded') return next()
  throw new Problem('unsupported_media_type', 'Send the form of the page')
}

/** The fields of a form whose bytes were read (WHATWG URL, 5.1); of a repeated one the last. */
export function parseFormBody({ body }: Request): Record<string, unknown> {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : ''
  return Object.fromEntries(new URLSearchParams(text))
}
