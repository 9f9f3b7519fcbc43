import type { ExpressionBuilder } from 'kysely'
import type { Db, Trx } from '../../db/database.ts'
import { type PreparedQuery, prepareQuery } from '../../db/prepared-query.ts'
import type { Database } from '../../db/schema.ts'
import type { PassRecord } from './pass.ts'
import { type SearchTerm, toAddressWord, toSearchWords } from './search-words.ts'

/** Stores the words that a new pass is found by. */
export async function insertSearchWords(trx: Trx, record: PassRecord): Promise<void> {
  await insertWords(trx, record, toSearchWords(record))
}

/** Replaces the words of a changed pass; the addresses that it was sent to stay. */
export async function updateSearchWords(
  trx: Trx,
  record: PassRecord,
  before: PassRecord,
): Promise<void> {
  const [words, wordsBefore] = [toSearchWords(record), toSearchWords(before)]
  const removed = [...wordsBefore].filter((word) => !words.has(word))
  const added = [...words].filter((word) => !wordsBefore.has(word))
  if (removed.length > 0) {
    await trx
      .deleteFrom('pass_word')
      .where('key_id', '=', record.keyId)
      .where('serial_number', '=', record.serialNumber)
      .where('word', 'in', removed)
      .execute()
  }
  await insertWords(trx, record, added)
}

/** Lets a pass be found by an email address that it is sent to. */
export async function insertAddressWord(
  trx: Trx,
  record: Pick<PassRecord, 'keyId' | 'serialNumber'>,
  address: string,
): Promise<void> {
  await insertWords(trx, record, [toAddressWord(address)])
}

async function insertWords(
  trx: Trx,
  { keyId, serialNumber }: Pick<PassRecord, 'keyId' | 'serialNumber'>,
  words: Iterable<string>,
): Promise<void> {
  // In the order of the index, so that two transactions cannot deadlock.
  const sorted = [...words].sort()
  if (sorted.length === 0) return
  const insert = insertsByCount.get(sorted.length) ?? prepareInsert()
  insertsByCount.set(sorted.length, insert)
  await insert(trx, { keyId, serialNumber, ...sorted })
}

/** The words by their position, besides whose they are. */
type WordValues = { keyId: string; serialNumber: string } & Record<number, string>

/** At most as many as a pass may have words. */
const insertsByCount = new Map<number, PreparedQuery<WordValues, unknown>>()

function prepareInsert(): PreparedQuery<WordValues, unknown> {
  return prepareQuery<WordValues>()((trx, { keyId, serialNumber, ...words }) =>
    trx
      .insertInto('pass_word')
      .values(
        Object.values(words).map((word) => ({ key_id: keyId, word, serial_number: serialNumber })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .compile(),
  )
}

/** Few enough to be looked up one by one. */
const MAX_CANDIDATES = 1_000

/**
 * Finds the serial numbers among which a search finds all its passes, from the word that the fewest
 * have. Undefined when every word is so common that a walk from the newest pass on soon meets one.
 */
export async function findCandidates(
  db: Db,
  keyId: string,
  terms: readonly SearchTerm[],
): Promise<ReadonlySet<string> | undefined> {
  return pickSmallest(await Promise.all(terms.map((term) => findByTerm(db, keyId, term))))
}

/** Finds the passes among which are all that a term finds; undefined when they are too many. */
async function findByTerm(
  db: Db,
  keyId: string,
  term: SearchTerm,
): Promise<ReadonlySet<string> | undefined> {
  const found = new Set<string>()
  for (const words of term) {
    const sets = await Promise.all(words.map((word) => findByPrefix(db, keyId, word)))
    const smallest = pickSmallest(sets)
    if (!smallest) return undefined
    for (const serialNumber of smallest) found.add(serialNumber)
  }
  return found
}

function pickSmallest(sets: readonly (ReadonlySet<string> | undefined)[]) {
  return sets.filter((set) => set !== undefined).sort((a, b) => a.size - b.size)[0]
}

/** Finds the passes that have a word with this beginning; undefined when they are too many. */
async function findByPrefix(
  db: Db,
  keyId: string,
  prefix: string,
): Promise<ReadonlySet<string> | undefined> {
  const rows = await selectByPrefix(db, keyId, prefix)
    .select('serial_number')
    .distinct()
    .limit(MAX_CANDIDATES + 1)
    .execute()
  return rows.length > MAX_CANDIDATES
    ? undefined
    : new Set(rows.map(({ serial_number }) => serial_number))
}

function selectByPrefix(db: Db, keyId: string, prefix: string) {
  return db
    .selectFrom('pass_word')
    .where('key_id', '=', keyId)
    .where('word', '>=', prefix)
    .where('word', '<', getPrefixEnd(prefix))
}

/** The condition that a pass is found by a term. */
export function hasTerm(eb: ExpressionBuilder<Database, 'pass'>, keyId: string, term: SearchTerm) {
  const hasWord = (prefix: string) =>
    eb.exists(
      eb
        .selectFrom('pass_word')
        .select('word')
        .where('key_id', '=', keyId)
        .where('word', '>=', prefix)
        .where('word', '<', getPrefixEnd(prefix))
        .whereRef('pass_word.serial_number', '=', 'pass.serial_number'),
    )
  return eb.or(term.map((words) => eb.and(words.map(hasWord))))
}

/** Every text with this beginning comes before it, in the order of bytes. */
function getPrefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`
}
