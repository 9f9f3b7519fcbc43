import { type ListPassesQuery, PassSpec } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Dialect, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { normalizeAddress } from '../email/address.ts'
import { toPassEmail } from '../email/email.ts'
import { findEmailsById } from '../email/find.ts'
import type { ImageHashes, PassRecord } from './pass.ts'

type Row = Selectable<Database['pass']>

const Images = z.strictObject({ logo: z.array(z.string()).optional() })

/** Stores a new pass; false when its owner has another one with this `externalId` already. */
export async function insertPass(trx: Trx, record: PassRecord): Promise<boolean> {
  const inserted = await trx
    .insertInto('pass')
    .values({
      serial_number: record.serialNumber,
      key_id: record.keyId,
      token: record.token,
      external_id: record.externalId,
      voided: Number(record.voided),
      created_at: record.createdAt,
      ...contentColumns(record),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) return false
  await insertMetadata(trx, record)
  return true
}

/** Replaces what a stored pass says; false when it is not as it was `seen` any more. */
export async function updatePass(
  trx: Trx,
  record: PassRecord,
  seen: Pick<PassRecord, 'updatedAt'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pass')
    .set({ ...contentColumns(record), ...statusColumns(record) })
    .where('serial_number', '=', record.serialNumber)
    .where('updated_at', '=', seen.updatedAt)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx.deleteFrom('pass_metadata').where('serial_number', '=', record.serialNumber).execute()
  await insertMetadata(trx, record)
  return true
}

/** Finds a pass of this owner; a pass of another one is as if it never was. */
export async function findPass(
  db: Db | Trx,
  keyId: string,
  by: { serialNumber: string } | { externalId: string },
): Promise<PassRecord | undefined> {
  const row = await db
    .selectFrom('pass')
    .selectAll()
    .where('key_id', '=', keyId)
    .where((eb) =>
      'serialNumber' in by
        ? eb('serial_number', '=', by.serialNumber)
        : eb('external_id', '=', by.externalId),
    )
    .executeTakeFirst()
  return row && (await toRecords(db, [row]))[0]
}

/** The same, and nobody else changes it until this transaction ends. */
export async function findPassForUpdate(
  trx: Trx,
  dialect: Dialect,
  keyId: string,
  serialNumber: string,
): Promise<PassRecord | undefined> {
  const row = await trx
    .selectFrom('pass')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('serial_number', '=', serialNumber)
    // With SQLite a transaction has the whole database to itself.
    .$if(dialect === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
  return row && (await toRecords(trx, [row]))[0]
}

/** Lets nobody else change the pass of an `externalId` until this transaction ends; holds nothing where there is none. */
export async function lockPassByExternalId(
  trx: Trx,
  dialect: Dialect,
  keyId: string,
  { externalId }: { externalId?: string | undefined },
): Promise<void> {
  // With SQLite a transaction has the whole database to itself.
  if (dialect !== 'postgres' || externalId === undefined) return
  await trx
    .selectFrom('pass')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('external_id', '=', externalId)
    .forUpdate()
    .execute()
}

/** Writes down that a download is told of on this day; false when it was before. */
export async function markDownloaded(
  trx: Trx,
  serialNumber: string,
  day: string,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pass')
    .set({ downloaded_on: day })
    .where('serial_number', '=', serialNumber)
    .where((eb) => eb.or([eb('downloaded_on', 'is', null), eb('downloaded_on', '!=', day)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Finds the pass behind a share address. */
export async function findPassByToken(db: Db, token: string): Promise<PassRecord | undefined> {
  const row = await db.selectFrom('pass').selectAll().where('token', '=', token).executeTakeFirst()
  return row && (await toRecords(db, [row]))[0]
}

/** Where a page of passes ended. */
export interface Place {
  createdAt: string
  serialNumber: string
}

/** An owner's passes, newest first, after a place. */
export async function findPasses(
  db: Db,
  keyId: string,
  filter: Pick<ListPassesQuery, 'externalId' | 'email' | 'voided' | 'metadata' | 'limit'>,
  after: Place | undefined,
): Promise<PassRecord[]> {
  let query = db.selectFrom('pass').selectAll().where('key_id', '=', keyId)
  const { externalId, email, voided, metadata = {} } = filter
  if (externalId !== undefined) query = query.where('external_id', '=', externalId)
  if (email !== undefined) query = query.where('serial_number', 'in', mailedTo(db, keyId, email))
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
        eb.and([
          eb('created_at', '=', after.createdAt),
          eb('serial_number', '<', after.serialNumber),
        ]),
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

/** A deleted pass gives its `externalId` free. */
function statusColumns({ voided, deletedAt, externalId }: PassRecord) {
  return deletedAt === null
    ? { voided: Number(voided) }
    : {
        voided: Number(voided),
        deleted_at: deletedAt,
        external_id: null,
        former_external_id: externalId,
      }
}

function contentColumns(record: PassRecord) {
  return {
    pass_type_identifier: record.passTypeIdentifier,
    spec: JSON.stringify(record.spec),
    images: JSON.stringify(record.images),
    updated_at: record.updatedAt,
  }
}

async function insertMetadata(trx: Trx, { serialNumber, metadata }: PassRecord): Promise<void> {
  const rows = Object.entries(metadata).map(([name, value]) => ({
    serial_number: serialNumber,
    name,
    value,
  }))
  if (rows.length > 0) await trx.insertInto('pass_metadata').values(rows).execute()
}

/** The passes that were ever mailed to an address. */
function mailedTo(db: Db, keyId: string, address: string) {
  return db
    .selectFrom('email')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('recipient_folded', '=', normalizeAddress(address))
}

async function toRecords(db: Db | Trx, rows: Row[]): Promise<PassRecord[]> {
  if (rows.length === 0) return []
  const serials = rows.map((row) => row.serial_number)
  const pairs = await db
    .selectFrom('pass_metadata')
    .selectAll()
    .where('serial_number', 'in', serials)
    .orderBy('name')
    .execute()
  const bySerial = Map.groupBy(pairs, (pair) => pair.serial_number)
  const emails = await findEmailsById(
    db,
    rows.flatMap(({ email_id }) => email_id ?? []),
  )
  return rows.map((row) => {
    const email = emails.get(row.email_id ?? '')
    return {
      ...toRecord(row, bySerial.get(row.serial_number) ?? []),
      email: email && toPassEmail(email),
    }
  })
}

function toRecord(row: Row, pairs: { name: string; value: string }[]): Omit<PassRecord, 'email'> {
  return {
    serialNumber: row.serial_number,
    keyId: row.key_id,
    token: row.token,
    externalId: row.external_id ?? row.former_external_id,
    passTypeIdentifier: row.pass_type_identifier,
    spec: PassSpec.parse(JSON.parse(row.spec)),
    images: Images.parse(JSON.parse(row.images)) satisfies ImageHashes,
    metadata: Object.fromEntries(pairs.map(({ name, value }) => [name, value])),
    voided: row.voided === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    downloadedOn: row.downloaded_on,
  }
}
