import { setImmediate as nextTurn } from 'node:timers/promises'
import { fieldGroups } from '@passwright/shared/schema'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { normalizeAddress } from '../email/address.ts'
import { findByWord, findWithWords, type NumberedPass } from '../passes/search/find.ts'
import { splitWords } from '../passes/search/words.ts'
import { findPassBySerial } from '../passes/store/find.ts'
import type { PassRecord } from '../passes/store/pass.ts'

/** A person among those that an owner holds passes of. */
export interface Person {
  keyId: string
  /** As `normalizeAddress` returns it. */
  address: string
}

/** A page of the passes of a person, in the order of their serial numbers. */
export interface PersonPasses {
  serialNumbers: string[]
  /** Where the next page begins; undefined on the last one. */
  next: string | undefined
}

interface Page {
  /** A serial number; the page begins behind it. */
  after: string
  limit: number
}

/** Returns the first passes of a source behind a position, and whether there may be more. */
type Source = (db: Db, person: Person, page: Page) => Promise<string[]>

/**
 * Finds passes of a person: those that were sent to the address, and those that have it as `externalId`,
 * as a metadata value, as the value of the barcode or of a field.
 */
export async function findPassesOfPerson(
  db: Db,
  person: Person,
  page: Page,
): Promise<PersonPasses> {
  const found = await Promise.all(sources.map((find) => find(db, person, page)))
  const all = [...new Set(found.flat())].toSorted()
  const serialNumbers = all.slice(0, page.limit)
  // A source that is full may have more.
  const isLast =
    all.length === serialNumbers.length && found.every(({ length }) => length < page.limit)
  return { serialNumbers, next: isLast ? undefined : serialNumbers.at(-1) }
}

const sources: readonly Source[] = [findSentTo, findByMetadata, findByBarcode, findByWords]

async function findSentTo(db: Db, { keyId, address }: Person, { after, limit }: Page) {
  const rows = await db
    .selectFrom('email')
    .select('serial_number')
    .distinct()
    .where('key_id', '=', keyId)
    .where('recipient_folded', '=', address)
    .where('serial_number', '>', after)
    .orderBy('serial_number')
    .limit(limit)
    .execute()
  return rows.map(({ serial_number }) => serial_number)
}

async function findByMetadata(db: Db, { keyId, address }: Person, { after, limit }: Page) {
  const { rows } = await sql<{ serial_number: string }>`
    select distinct serial_number from pass_metadata
    where key_id = ${keyId} and lower(value) = ${address} and serial_number > ${after}
      and value like '%@%' and length(value) <= 254
    order by serial_number limit ${limit}`.execute(db)
  return rows.map(({ serial_number }) => serial_number)
}

async function findByBarcode(db: Db, { keyId, address }: Person, { after, limit }: Page) {
  const { rows } = await sql<{ serial_number: string }>`
    select serial_number from pass
    where key_id = ${keyId} and lower(barcode_value) = ${address} and serial_number > ${after}
      and barcode_value like '%@%' and length(barcode_value) <= 254
    order by serial_number limit ${limit}`.execute(db)
  return rows.map(({ serial_number }) => serial_number)
}

/** How many passes with a common word one query looks at, so that it blocks nothing else for long. */
const WINDOW_SIZE = 20_000

/** The words of the address find passes of which some have it as `externalId` or in a field. */
async function findByWords(db: Db, person: Person, { after, limit }: Page): Promise<string[]> {
  const { keyId, address } = person
  const [local = ''] = address.split('@')
  const words = new Set(splitWords(address))
  // The longest word of the local part is rare; those of the domain are not.
  const [rarest] = splitWords(local).toSorted((one, other) => other.length - one.length)
  if (rarest === undefined) return []
  const others = [...words].filter((word) => word !== rarest)
  const found: string[] = []
  for (let start = 0; ; ) {
    const rows = await findByWord(db, keyId, rarest, { start, limit: WINDOW_SIZE })
    const behind = rows.filter(({ serial_number }) => serial_number > after)
    for (const serial of await keepWithWords(db, keyId, behind, others)) {
      const record = await findPassBySerial(db, keyId, serial)
      if (record && holdsAddress(record, address)) found.push(serial)
    }
    const last = rows.at(-1)
    // Numbers are almost in the order of serial numbers.
    if (rows.length < WINDOW_SIZE || !last) return found.toSorted().slice(0, limit)
    start = last.number
    await nextTurn()
  }
}

/** Few enough values for one statement. */
const BATCH_SIZE = 500

async function keepWithWords(
  db: Db,
  keyId: string,
  rows: readonly NumberedPass[],
  words: readonly string[],
): Promise<string[]> {
  const kept: NumberedPass[] = []
  for (let start = 0; start < rows.length; start += BATCH_SIZE) {
    const batch = rows.slice(start, start + BATCH_SIZE)
    const numbers = new Set(
      await findWithWords(
        db,
        keyId,
        batch.map(({ number }) => number),
        words,
      ),
    )
    kept.push(...batch.filter(({ number }) => numbers.has(number)))
  }
  return kept.map(({ serial_number }) => serial_number)
}

/** Whether a text of a pass is the address, and nothing else. */
function holdsAddress({ externalId, spec }: PassRecord, address: string): boolean {
  const fields = fieldGroups.flatMap((group) => spec[group] ?? [])
  const texts = [
    externalId,
    spec.title,
    spec.logoText,
    ...[spec, ...fields].map(({ value }) => value),
  ]
  return texts.some((text) => normalizeAddress(String(text ?? '').trim()) === address)
}
