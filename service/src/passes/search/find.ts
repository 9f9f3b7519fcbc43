import { type ExpressionBuilder, expressionBuilder } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import type { SearchTerm } from './terms.ts'

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
  const rows = await db
    .selectFrom('search_word')
    .innerJoin('search_pass', 'search_pass.number', 'search_word.pass')
    .select('serial_number')
    .distinct()
    .where('search_word.owner', '=', selectOwner(keyId))
    .where('word', '>=', prefix)
    .where('word', '<', getPrefixEnd(prefix))
    .limit(MAX_CANDIDATES + 1)
    .execute()
  return rows.length > MAX_CANDIDATES
    ? undefined
    : new Set(rows.map(({ serial_number }) => serial_number))
}

/** A pass with its number in the search index. */
export interface NumberedPass {
  number: number
  serial_number: string
}

/** Finds the passes that have a word, in the order of their numbers, those after `start`. */
export function findByWord(
  db: Db,
  keyId: string,
  word: string,
  { start, limit }: { start: number; limit: number },
): Promise<NumberedPass[]> {
  return db
    .selectFrom('search_word')
    .innerJoin('search_pass', 'search_pass.number', 'search_word.pass')
    .select(['number', 'serial_number'])
    .where('search_word.owner', '=', selectOwner(keyId))
    .where('word', '=', word)
    .where('pass', '>', start)
    .orderBy('pass')
    .limit(limit)
    .execute()
}

/** Finds which of these passes have all the words. */
export async function findWithWords(
  db: Db,
  keyId: string,
  numbers: readonly number[],
  words: readonly string[],
): Promise<readonly number[]> {
  if (words.length === 0) return numbers
  const rows = await db
    .selectFrom('search_word')
    .select('pass')
    .where('owner', '=', selectOwner(keyId))
    .where('word', 'in', words)
    .where('pass', 'in', numbers)
    .groupBy('pass')
    .having((eb) => eb.fn.countAll(), '=', words.length)
    .execute()
  return rows.map(({ pass }) => pass)
}

/** The number of an owner in the search index. */
function selectOwner(keyId: string) {
  return expressionBuilder<Database>()
    .selectFrom('search_owner')
    .select('number')
    .where('key_id', '=', keyId)
}

/** The condition that a pass is found by a term. */
export function hasTerm(eb: ExpressionBuilder<Database, 'pass'>, keyId: string, term: SearchTerm) {
  const hasWord = (prefix: string) =>
    eb.exists(
      eb
        .selectFrom('search_word')
        .innerJoin('search_pass', 'search_pass.number', 'search_word.pass')
        .select('word')
        .where('search_word.owner', '=', selectOwner(keyId))
        .where('word', '>=', prefix)
        .where('word', '<', getPrefixEnd(prefix))
        .whereRef('search_pass.serial_number', '=', 'pass.serial_number'),
    )
  return eb.or(term.map((words) => eb.and(words.map(hasWord))))
}

/** Every text with this beginning comes before it, in the order of bytes. */
function getPrefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`
}
