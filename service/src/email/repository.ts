import { Email, EmailRequest, type PassEmail } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { normalizeAddress } from './address.ts'
import type { EmailRecord } from './email.ts'

/** Stores a new email. */
export async function insertEmail(trx: Trx, record: EmailRecord): Promise<void> {
  const { to, ...options } = record.options
  await trx
    .insertInto('email')
    .values({
      id: record.id,
      key_id: record.keyId,
      serial_number: record.serialNumber,
      recipient: to,
      recipient_folded: normalizeAddress(to),
      options: JSON.stringify(options),
      status: record.status,
      reason: record.reason,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
}

/** Stores the status of an email. */
export async function updateEmail(
  trx: Trx,
  { id, status, reason, updatedAt }: Pick<EmailRecord, 'id' | 'status' | 'reason' | 'updatedAt'>,
): Promise<void> {
  await trx
    .updateTable('email')
    .set({ status, reason, updated_at: updatedAt })
    .where('id', '=', id)
    .execute()
}

/** Finds the emails with these ids; unknown ids are skipped. */
export async function findEmails(db: Db | Trx, ids: readonly string[]): Promise<EmailRecord[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('email').selectAll().where('id', 'in', ids).execute()
  return rows.map(toRecord)
}

/** Finds the latest emails with a pass, oldest first. */
export async function findEmailsOfPass(
  db: Db,
  serialNumber: string,
  limit: number,
): Promise<EmailRecord[]> {
  const rows = await db
    .selectFrom('email')
    .selectAll()
    .where('serial_number', '=', serialNumber)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().map(toRecord)
}

/** Finds what passes show of the emails with these ids. */
export async function findEmailStatuses(
  db: Db | Trx,
  ids: readonly string[],
): Promise<PassEmail[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('email')
    .select(['id', 'recipient', 'status', 'reason'])
    .where('id', 'in', ids)
    .execute()
  return rows.map(({ id, recipient, status, reason }) => ({
    emailId: id,
    to: recipient,
    status: Email.shape.status.parse(status),
    ...(reason === null ? {} : { reason }),
  }))
}

function toRecord(row: Selectable<Database['email']>): EmailRecord {
  return {
    id: row.id,
    keyId: row.key_id,
    serialNumber: row.serial_number,
    options: EmailRequest.parse({ to: row.recipient, ...JSON.parse(row.options) }),
    status: Email.shape.status.parse(row.status),
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
