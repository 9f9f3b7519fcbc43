import { Problem } from '@passwright/shared'
import type { Email, EmailRequest, PassEmail } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Db, Trx } from '../db/database.ts'
import { findEmailStatuses, findEmails, findEmailsOfPass, updateEmail } from './repository.ts'

/** An email with a pass, as it is stored. */
export interface EmailRecord {
  id: string
  keyId: string
  serialNumber: string
  options: EmailRequest
  status: Email['status']
  /** Why it failed, or is still queued after an attempt. */
  reason: string | null
  createdAt: string
  updatedAt: string
}

/** Returns the key's email with this id; throws `not_found`, also for another key's email. */
export async function getEmail(db: Db, key: ApiKey, id: string): Promise<EmailRecord> {
  const [record] = await findEmails(db, [id])
  if (record?.keyId === key.id) return record
  throw new Problem('not_found', 'There is no email with this id')
}

/** Finds an email by its id, for any owner. */
export async function findEmail(db: Db | Trx, id: string): Promise<EmailRecord | undefined> {
  const [record] = await findEmails(db, [id])
  return record
}

/** Stores the status of an email, and the reason where it is not sent; returns the changed email. */
export async function setEmailStatus(
  trx: Trx,
  email: EmailRecord,
  { status, reason }: { status: EmailRecord['status']; reason: string | undefined },
  now: Date,
): Promise<EmailRecord> {
  const updatedAt = now.toISOString()
  const changed = { ...email, status, reason: reason ?? null, updatedAt }
  await updateEmail(trx, changed)
  return changed
}

/** Finds what passes show of their last emails, by the ids of those. */
export async function findPassEmails(
  db: Db | Trx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PassEmail>> {
  return new Map((await findEmailStatuses(db, ids)).map((email) => [email.emailId, email]))
}

/** Lists the emails with a pass, oldest first, with all that was asked for; so many at most. */
export async function listEmailsOfPass(
  db: Db,
  serialNumber: string,
  limit: number,
): Promise<(Email & Omit<EmailRequest, 'to'>)[]> {
  const records = await findEmailsOfPass(db, serialNumber, limit)
  return records.map((record) => {
    const { to: _, ...options } = record.options
    return { ...toApiEmail(record), ...options }
  })
}

/** Converts an email to the body of `GET /api/emails/<id>`. */
export function toApiEmail(record: EmailRecord): Email {
  return {
    emailId: record.id,
    serialNumber: record.serialNumber,
    to: record.options.to,
    status: record.status,
    ...(record.reason === null ? {} : { reason: record.reason }),
    createdAt: record.createdAt,
    lastUpdated: record.updatedAt,
  }
}

/** Converts an email to the `email` of its pass. */
export function toPassEmail(record: EmailRecord): PassEmail {
  const { emailId, to, status, reason } = toApiEmail(record)
  return { emailId, to, status, ...(reason === undefined ? {} : { reason }) }
}
