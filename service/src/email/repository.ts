import { Email, EmailRequest } from '@passwright/shared/schema'
import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { normalizeAddress } from './address.ts'
import type { EmailRecord } from './email.ts'

/** Stores a mail that was asked for, and makes it the last one of its pass. */
export async function insertEmail(trx: Trx, record: EmailRecord): Promise<void> {
  const { to, ...rest } = record.options
  await trx
    .insertInto('email')
    .values({
      id: record.id,
      key_id: record.keyId,
      serial_number: record.serialNumber,
      recipient: to,
      recipient_folded: normalizeAddress(to),
      wish: JSON.stringify(rest),
      status: record.status,
      reason: record.reason,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
    })
    .execute()
  await trx
    .updateTable('pass')
    .set({ email_id: record.id })
    .where('serial_number', '=', record.serialNumber)
    .execute()
}

/** Writes down what became of a mail. */
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

/** The mails with these ids, whichever there are. */
export async function findEmails(db: Db | Trx, ids: readonly string[]): Promise<EmailRecord[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('email').selectAll().where('id', 'in', ids).execute()
  return rows.map(recordOf)
}

function recordOf(row: Selectable<Database['email']>): EmailRecord {
  return {
    id: row.id,
    keyId: row.key_id,
    serialNumber: row.serial_number,
    options: EmailRequest.parse({ to: row.recipient, ...JSON.parse(row.wish) }),
    status: Email.shape.status.parse(row.status),
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
