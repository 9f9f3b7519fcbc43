import { imageSlotNames, PassSpec } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Dialect, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { findEmailsById, toPassEmail } from '../email/email.ts'
import type { PassRecord } from './pass.ts'

export type PassRow = Selectable<Database['pass']>

const Images = z.partialRecord(z.enum(imageSlotNames), z.array(z.string()))

/** Stores a new pass; false when its owner already has a pass with this `externalId`. */
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
      ...toContentColumns(record),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) return false
  await insertMetadata(trx, record)
  return true
}

/** Stores a changed pass; false when it was changed or deleted after it was `seen`. */
export async function updatePassRow(
  trx: Trx,
  record: PassRecord,
  seen: Pick<PassRecord, 'updatedAt'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pass')
    .set({ ...toContentColumns(record), ...toStatusColumns(record) })
    .where('serial_number', '=', record.serialNumber)
    .where('updated_at', '=', seen.updatedAt)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx.deleteFrom('pass_metadata').where('serial_number', '=', record.serialNumber).execute()
  await insertMetadata(trx, record)
  return true
}

/** Finds a pass of this owner. */
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

/** Finds a pass of this owner and locks its row until the transaction ends. */
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
    // On SQLite, a transaction locks the whole database.
    .$if(dialect === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
  return row && (await toRecords(trx, [row]))[0]
}

/** Locks the pass with this `externalId`, if there is one, until the transaction ends. */
export async function lockPassByExternalId(
  trx: Trx,
  dialect: Dialect,
  keyId: string,
  { externalId }: { externalId?: string | undefined },
): Promise<void> {
  // On SQLite, a transaction locks the whole database.
  if (dialect !== 'postgres' || externalId === undefined) return
  await trx
    .selectFrom('pass')
    .select('serial_number')
    .where('key_id', '=', keyId)
    .where('external_id', '=', externalId)
    .forUpdate()
    .execute()
}

/** Records the day of a download; false when there was one on that day already. */
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

/** Finds the pass of a share URL. */
export async function findPassByToken(db: Db, token: string): Promise<PassRecord | undefined> {
  const row = await db.selectFrom('pass').selectAll().where('token', '=', token).executeTakeFirst()
  return row && (await toRecords(db, [row]))[0]
}

/** Deleting a pass frees its `externalId`. */
function toStatusColumns({ voided, deletedAt, externalId }: PassRecord) {
  return deletedAt === null
    ? { voided: Number(voided) }
    : {
        voided: Number(voided),
        deleted_at: deletedAt,
        external_id: null,
        former_external_id: externalId,
      }
}

function toContentColumns(record: PassRecord) {
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

/** Rows as records, with their metadata and their last email. */
export async function toRecords(db: Db | Trx, rows: PassRow[]): Promise<PassRecord[]> {
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

function toRecord(
  row: PassRow,
  pairs: { name: string; value: string }[],
): Omit<PassRecord, 'email'> {
  return {
    serialNumber: row.serial_number,
    keyId: row.key_id,
    token: row.token,
    externalId: row.external_id ?? row.former_external_id,
    passTypeIdentifier: row.pass_type_identifier,
    spec: PassSpec.parse(JSON.parse(row.spec)),
    images: Images.parse(JSON.parse(row.images)),
    metadata: Object.fromEntries(pairs.map(({ name, value }) => [name, value])),
    voided: row.voided === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    downloadedOn: row.downloaded_on,
  }
}

/** Stores which email with the pass is the latest one. */
export async function setLastEmail(trx: Trx, serialNumber: string, emailId: string): Promise<void> {
  await trx
    .updateTable('pass')
    .set({ email_id: emailId })
    .where('serial_number', '=', serialNumber)
    .execute()
}
