import type { ListPassesQuery, Pass } from '@passwright/shared/schema'
import { z } from 'zod'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Context } from '../context.ts'
import { decodeCursor, encodeCursor, type PagePosition } from '../db/cursor.ts'
import type { Db } from '../db/database.ts'
import { normalizeAddress } from '../email/address.ts'
import { type PassRecord, toApiPass } from './pass.ts'
import { toRecords } from './repository.ts'

/** Lists a page of a key's passes, newest first; `nextCursor` is null on the last page. */
export async function listPasses(
  ctx: Context,
  key: ApiKey,
  query: ListPassesQuery,
): Promise<{ passes: Pass[]; nextCursor: string | null }> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, z.uuid())
  // One more than requested shows whether there is another page.
  const records = await findPasses(ctx.db, key.id, { ...query, limit: query.limit + 1 }, after)
  const page = records.slice(0, query.limit)
  const last = page.at(-1)
  return {
    passes: page.map((record) => toApiPass(record, ctx.config)),
    nextCursor:
      last && records.length > page.length
        ? encodeCursor({ createdAt: last.createdAt, id: last.serialNumber })
        : null,
  }
}

async function findPasses(
  db: Db,
  keyId: string,
  filter: Omit<ListPassesQuery, 'cursor'>,
  after: PagePosition | undefined,
): Promise<PassRecord[]> {
  let query = db.selectFrom('pass').selectAll().where('key_id', '=', keyId)
  const { externalId, email, voided, metadata = {} } = filter
  if (externalId !== undefined) query = query.where('external_id', '=', externalId)
  if (email !== undefined)
    query = query.where('serial_number', 'in', selectSentTo(db, keyId, email))
  if (voided !== undefined) query = query.where('voided', '=', Number(voided))
  for (const [name, value] of Object.entries(metadata)) {
    query = query.where('serial_number', 'in', (eb) =>
      eb
        .selectFrom('pass_metadata')
        .select('serial_number')
        .where('name', '=', name)
        .where('value', '=', value),
    )
  }
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
  return toRecords(db, rows)
}

/** The serial numbers of passes that were ever emailed to an address. */
function selectSentTo(db: Db, keyId: string, address: string) {
  return db
    .selectFrom('email')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('recipient_folded', '=', normalizeAddress(address))
}
