import { invalidRequest } from '@passwright/shared'
import type { ListPassesQuery, Pass } from '@passwright/shared/schema'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { toApiPass } from './pass.ts'
import { findPasses, type Place } from './repository.ts'

/** One page of a key's passes, newest first; `nextCursor` is null on the last. */
export async function listPasses(
  ctx: Context,
  key: ApiKey,
  query: ListPassesQuery,
): Promise<{ passes: Pass[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  // One more than asked for tells whether there is another page.
  const records = await findPasses(ctx.db, key.id, { ...query, limit: query.limit + 1 }, after)
  const page = records.slice(0, query.limit)
  const last = page.at(-1)
  return {
    passes: page.map((record) => toApiPass(record, ctx.config)),
    nextCursor: last && records.length > page.length ? writeCursor(last) : null,
  }
}

const Cursor = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()])

function writeCursor({ createdAt, serialNumber }: Place): string {
  return Buffer.from(JSON.stringify([createdAt, serialNumber])).toString('base64url')
}

function readCursor(cursor: string): Place {
  try {
    const [createdAt, serialNumber] = Cursor.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString()),
    )
    return { createdAt, serialNumber }
  } catch {
    throw invalidRequest([
      { path: 'cursor', message: 'must be the nextCursor of an earlier page, unchanged' },
    ])
  }
}
