import { toInvalidRequest } from '@passwright/shared'
import { z } from 'zod'

/** The last row of a page, in a list that is sorted by creation time and then by id. */
export interface PagePosition {
  createdAt: string
  id: string
}

/** Encodes a position as the `nextCursor` of a page: opaque to callers, safe in a query string. */
export function encodeCursor({ createdAt, id }: PagePosition): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url')
}

/**
 * Decodes a cursor that `encodeCursor` made; `idSchema` is the shape that the list's ids have.
 * Throws `invalid_request` with an issue at `cursor` for anything else.
 */
export function decodeCursor(
  cursor: string,
  idSchema: z.ZodType<string> = z.string(),
): PagePosition {
  try {
    const [createdAt, id] = z
      .tuple([z.iso.datetime({ precision: 3 }), idSchema])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { createdAt, id }
  } catch {
    throw toInvalidRequest([
      { path: 'cursor', message: 'must be the nextCursor of an earlier page, unchanged' },
    ])
  }
}
