import type { ExpressionBuilder } from 'kysely'
import type { Db, Dialect, Trx } from '../../db/database.ts'
import { prepareQuery } from '../../db/prepared-query.ts'
import type { Database } from '../../db/schema.ts'
import { referToImages } from '../images/repository.ts'
import { insertSearchWords, updateSearchWords } from '../search/index-words.ts'
import { storeFilling } from './filling.ts'
import { type PassRecord, summarizePass } from './pass.ts'
import { toRecord } from './rows.ts'

/** Stores a new pass; false when its owner already has a pass with this `externalId`. */
export async function insertPass(trx: Trx, record: PassRecord): Promise<boolean> {
  const { numAffectedRows } = await insertRow(trx, toRow(record))
  if (numAffectedRows === 0n) return false
  await insertMetadata(trx, record)
  await insertSearchWords(trx, record)
  await referToImages(trx, record)
  await storeFilling(trx, record)
  return true
}

function toRow(record: PassRecord) {
  return {
    serial_number: record.serialNumber,
    key_id: record.keyId,
    token: record.token,
    authentication_token: record.authenticationToken,
    modified_at: Math.floor(Date.parse(record.createdAt) / 1000),
    external_id: record.externalId,
    voided: Number(record.voided),
    created_at: record.createdAt,
    ...toContentColumns(record),
  }
}

const insertRow = prepareQuery<ReturnType<typeof toRow>>()((trx, row) =>
  trx
    .insertInto('pass')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .compile(),
)

/** Stores a changed pass; false when it was changed or deleted after it was read as `before`. */
export async function updatePassRow(
  trx: Trx,
  record: PassRecord,
  before: PassRecord,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pass')
    .set({ ...toContentColumns(record), ...toStatusColumns(record) })
    .where('serial_number', '=', record.serialNumber)
    .where('updated_at', '=', before.updatedAt)
    // What it is made from may change while it says the same.
    .where(isOfVersion(before.template?.version))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx.deleteFrom('pass_metadata').where('serial_number', '=', record.serialNumber).execute()
  await insertMetadata(trx, record)
  await updateSearchWords(trx, record, before)
  await referToImages(trx, record, before)
  await storeFilling(trx, record, before)
  return true
}

/** Stores a pass that says nothing any more; false when that was done before. */
export async function blankPassRow(trx: Trx, record: PassRecord, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('pass')
    .set({
      ...toContentColumns(record),
      ...toStatusColumns(record),
      email_id: null,
      forgotten_at: now.toISOString(),
    })
    .where('serial_number', '=', record.serialNumber)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function isOfVersion(version: number | undefined) {
  return (eb: ExpressionBuilder<Database, 'pass'>) =>
    version === undefined
      ? eb('template_version', 'is', null)
      : eb('template_version', '=', version)
}

/** Stores what a pass is made from, where it says the same as before. */
export async function updateOrigin(
  trx: Trx,
  record: PassRecord,
  before: PassRecord,
): Promise<void> {
  await trx
    .updateTable('pass')
    .set(toOriginColumns(record))
    .where('serial_number', '=', record.serialNumber)
    .execute()
  await storeFilling(trx, record, before)
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
  return row && toRecord(db, row)
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
  return row && toRecord(trx, row)
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
  return row && toRecord(db, row)
}

/** Stores which email with the pass is the latest one. */
export async function setLastEmail(trx: Trx, serialNumber: string, emailId: string): Promise<void> {
  await trx
    .updateTable('pass')
    .set({ email_id: emailId })
    .where('serial_number', '=', serialNumber)
    .execute()
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
  const { style, title, subtitle, barcodeValue, expirationDate } = summarizePass(record)
  return {
    pass_type_identifier: record.passTypeIdentifier,
    spec: JSON.stringify(record.spec),
    images: JSON.stringify(record.images),
    style,
    title,
    subtitle,
    barcode_value: barcodeValue,
    expiration_date: expirationDate,
    message: record.message,
    message_number: record.messageNumber,
    updated_at: record.updatedAt,
    ...toOriginColumns(record),
  }
}

function toOriginColumns({ template }: PassRecord) {
  return { template_id: template?.templateId ?? null, template_version: template?.version ?? null }
}

async function insertMetadata(
  trx: Trx,
  { keyId, serialNumber, metadata }: PassRecord,
): Promise<void> {
  const rows = Object.entries(metadata).map(([name, value]) => ({
    key_id: keyId,
    serial_number: serialNumber,
    name,
    value,
  }))
  if (rows.length > 0) await trx.insertInto('pass_metadata').values(rows).execute()
}
