import { sql } from 'kysely'
import type { Trx } from '../../db/database.ts'
import { type PreparedQuery, prepareQuery } from '../../db/prepared-query.ts'
import { type SearchedPass, toAddressWord, toSearchWords } from './pass-words.ts'

/** Stores the words that a new pass is found by. */
export async function insertSearchWords(trx: Trx, pass: SearchedPass): Promise<void> {
  const { keyId, serialNumber } = pass
  const { rows } = await numberPass(trx, { keyId, serialNumber })
  if (rows.length === 0) {
    // The first pass of its owner.
    await trx
      .insertInto('search_owner')
      .values({ key_id: keyId })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await numberPass(trx, { keyId, serialNumber })
  }
  await insertWords(trx, serialNumber, toSearchWords(pass))
}

/** Gives a new pass its number; no row when its owner has none yet. */
const numberPass = prepareQuery<Pick<SearchedPass, 'keyId' | 'serialNumber'>>()(
  (trx, { keyId, serialNumber }) =>
    sql<{ number: number }>`
    insert into search_pass (owner, serial_number)
    select number, ${serialNumber} from search_owner where key_id = ${keyId}
    returning number`.compile(trx),
)

/** Replaces the words of a changed pass; the addresses that it was sent to stay. */
export async function updateSearchWords(
  trx: Trx,
  pass: SearchedPass,
  before: SearchedPass,
): Promise<void> {
  const [words, wordsBefore] = [toSearchWords(pass), toSearchWords(before)]
  const removed = [...wordsBefore].filter((word) => !words.has(word))
  const added = [...words].filter((word) => !wordsBefore.has(word))
  if (removed.length > 0) {
    await trx
      .deleteFrom('search_word')
      .where('pass', '=', ({ selectFrom }) =>
        selectFrom('search_pass').select('number').where('serial_number', '=', pass.serialNumber),
      )
      .where('word', 'in', removed)
      .execute()
  }
  await insertWords(trx, pass.serialNumber, added)
}

/** Lets a pass be found by an email address that it is sent to. */
export async function insertAddressWord(
  trx: Trx,
  serialNumber: string,
  address: string,
): Promise<void> {
  await insertWords(trx, serialNumber, [toAddressWord(address)])
}

async function insertWords(trx: Trx, serialNumber: string, words: Iterable<string>): Promise<void> {
  // In the order of the index, so that two transactions cannot deadlock.
  const sorted = [...words].sort()
  if (sorted.length === 0) return
  const insert = insertsByCount.get(sorted.length) ?? prepareInsert()
  insertsByCount.set(sorted.length, insert)
  await insert(trx, { serialNumber, ...sorted })
}

/** The words by their position, besides whose they are. */
type WordValues = { serialNumber: string } & Record<number, string>

/** At most as many as a pass may have words. */
const insertsByCount = new Map<number, PreparedQuery<WordValues, unknown>>()

function prepareInsert(): PreparedQuery<WordValues, unknown> {
  return prepareQuery<WordValues>()((trx, { serialNumber, ...words }) => {
    const rows = Object.values(words).map((word) => sql`(${word})`)
    // Both databases call the column of such a list so.
    return sql`
      insert into search_word (owner, word, pass)
      select search_pass.owner, cast(list.column1 as text), search_pass.number
      from search_pass, (values ${sql.join(rows)}) list
      where search_pass.serial_number = ${serialNumber}
      on conflict do nothing`.compile(trx)
  })
}
