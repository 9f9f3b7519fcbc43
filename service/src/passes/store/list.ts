import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ListPassesQuery, Pass } from '@passwright/shared/schema'
import { type ExpressionBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { decodeCursor, encodeCursor, type PagePosition } from '../../db/cursor.ts'
import type { Db } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import { normalizeAddress } from '../../email/address.ts'
import { selectTemplateIds } from '../../templates/store/ids.ts'
import { findCandidates, hasTerm } from '../search/find.ts'
import { parseSearch } from '../search/terms.ts'
import { type PassSummary, toApiPass } from './pass.ts'
import { type SummaryRow, summaryColumns, toSummaries } from './rows.ts'

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

type Filter = Omit<ListPassesQuery, 'cursor'>

/** How many passes one query looks at for a common word, so that it blocks nothing else for long. */
const WINDOW_SIZE = 20_000

async function findPasses(
  db: Db,
  keyId: string,
  filter: Filter,
  after: PagePosition | undefined,
): Promise<PassSummary[]> {
  const { template } = filter
  // Known beforehand, so that the index on the passes of a template gives them in their order.
  const templates =
    template === undefined ? undefined : await selectTemplateIds(db, keyId, template).execute()
  if (templates?.length === 0) return []
  const terms = parseSearch(filter.q ?? '')
  const candidates = await findCandidates(db, keyId, terms)
  if (candidates?.size === 0) return []
  const isWalk = terms.length > 0 && !candidates
  const rows: SummaryRow[] = []
  for (let start = after; ; ) {
    const end = isWalk ? await findWindowEnd(db, keyId, start) : undefined
    let query = selectPasses(db, keyId, filter).limit(filter.limit - rows.length)
    if (templates) query = query.where(isOfTemplates(templates.map(({ id }) => id)))
    if (candidates) query = query.where('serial_number', 'in', [...candidates])
    for (const term of terms) query = query.where((eb) => hasTerm(eb, keyId, term))
    if (start) query = query.where(comparePosition('<', start))
    if (end) query = query.where(comparePosition('>=', end))
    rows.push(...(await query.execute()))
    if (rows.length >= filter.limit || !end) return toSummaries(db, rows)
    start = end
    await nextTurn()
  }
}

/** Finds the last pass of the window that begins after a position; undefined in the last window. */
async function findWindowEnd(
  db: Db,
  keyId: string,
  start: PagePosition | undefined,
): Promise<PagePosition | undefined> {
  return db
    .selectFrom('pass')
    .select(['created_at as createdAt', 'serial_number as id'])
    .where('key_id', '=', keyId)
    .$if(start !== undefined, (query) => query.where(comparePosition('<', start as PagePosition)))
    .orderBy('created_at', 'desc')
    .orderBy('serial_number', 'desc')
    .limit(1)
    .offset(WINDOW_SIZE)
    .executeTakeFirst()
}

/** Compares passes with a position; a list goes from the newest on, so those after it are less. */
function comparePosition(operator: '<' | '>=', { createdAt, id }: PagePosition) {
  return (eb: ExpressionBuilder<Database, 'pass'>) =>
    eb(eb.refTuple('created_at', 'serial_number'), operator, eb.tuple(createdAt, id))
}

function selectPasses(db: Db, keyId: string, filter: Filter) {
  let query = db.selectFrom('pass').select(summaryColumns).where('key_id', '=', keyId)
  const { externalId, email, voided, deleted, installed, metadata = {} } = filter
  if (externalId !== undefined) query = query.where('external_id', '=', externalId)
  if (email !== undefined)
    query = query.where('serial_number', 'in', selectSentTo(db, keyId, email))
  if (voided !== undefined) query = query.where('voided', '=', Number(voided))
  if (deleted !== undefined) query = query.where('deleted_at', deleted ? 'is not' : 'is', null)
  // As the index on installed passes has it.
  if (installed === true) query = query.where(sql<boolean>`installs > 0`)
  if (installed === false) query = query.where('installs', '=', 0)
  for (const [name, value] of Object.entries(metadata)) {
    query = query.where('serial_number', 'in', (eb) =>
      eb
        .selectFrom('pass_metadata')
        .select('serial_number')
        .where('key_id', '=', keyId)
        .where('name', '=', name)
        .where('value', '=', value),
    )
  }
  return query.orderBy('created_at', 'desc').orderBy('serial_number', 'desc')
}

function isOfTemplates(ids: string[]) {
  return (eb: ExpressionBuilder<Database, 'pass'>) =>
    ids.length === 1 ? eb('template_id', '=', ids[0] ?? '') : eb('template_id', 'in', ids)
}

/** The serial numbers of passes that were ever emailed to an address. */
function selectSentTo(db: Db, keyId: string, address: string) {
  return db
    .selectFrom('email')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('recipient_folded', '=', normalizeAddress(address))
}
