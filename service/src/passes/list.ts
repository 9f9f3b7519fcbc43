import type { ListPassesQuery, Pass } from '@passwright/shared/schema'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { decodeCursor, encodeCursor, type PagePosition } from '../db/cursor.ts'
import type { Db } from '../db/database.ts'
import { normalizeAddress } from '../email/address.ts'
import { type PassSummary, toApiPass } from './pass.ts'
import { summaryColumns, toSummaries } from './repository.ts'
import { findCandidates, hasTerm } from './search.ts'
import { parseSearch } from './search-words.ts'

/** Lists a page of a key's passes, newest first; `nextCursor` is null on the last page. */
export async function listPasses(
  ctx: Context,
  key: ApiKey,
  query: ListPassesQuery,
): Promise<{ passes: Pass[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, z.uuid())
  // One more than requested shows whether there is another page.
  const found = await findPasses(ctx.db, key.id, { ...query, limit: query.limit + 1 }, after)
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return {
    passes: page.map((summary) => toApiPass(summary, ctx.config)),
    nextCursor:
      last && found.length > page.length
        ? encodeCursor({ createdAt: last.createdAt, id: last.serialNumber })
        : null,
  }
}

async function findPasses(
  db: Db,
  keyId: string,
  filter: Omit<ListPassesQuery, 'cursor'>,
  after: PagePosition | undefined,
): Promise<PassSummary[]> {
  let query = db.selectFrom('pass').select(summaryColumns).where('key_id', '=', keyId)
  const { externalId, email, voided, deleted, metadata = {}, q = '' } = filter
  if (externalId !== undefined) query = query.where('external_id', '=', externalId)
  if (email !== undefined)
    query = query.where('serial_number', 'in', selectSentTo(db, keyId, email))
  if (voided !== undefined) query = query.where('voided', '=', Number(voided))
  if (deleted !== undefined) query = query.where('deleted_at', deleted ? 'is not' : 'is', null)
  for (const [name, value] of Object.entries(metadata)) {
    query = query.where('serial_number', 'in', (eb) =>
      eb
        .selectFrom('pass_metadata')
        .select('serial_number')
        .where('name', '=', name)
        .where('value', '=', value),
    )
  }
  const terms = parseSearch(q)
  const candidates = await findCandidates(db, keyId, terms)
  if (candidates?.length === 0) return []
  if (candidates) query = query.where('serial_number', 'in', candidates)
  for (const term of terms) query = query.where((eb) => hasTerm(eb, keyId, term))
  if (after) {
    query = query.where((eb) =>
      eb.or([
        eb('created_at', '<', after.createdAt),
        eb.and([eb('created_at', '=', after.createdAt), eb('serial_number', '<', after.id)]),
      ]),
    )
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('serial_number', 'desc')
    .limit(filter.limit)
    .execute()
  return toSummaries(db, rows)
}

/** The serial numbers of passes that were ever emailed to an address. */
function selectSentTo(db: Db, keyId: string, address: string) {
  return db
    .selectFrom('email')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('recipient_folded', '=', normalizeAddress(address))
}
