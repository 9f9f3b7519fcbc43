import { Problem } from '@passwright/shared'
import type { ApiKey } from '../accounts/api-key.ts'
import type { Db, Trx } from '../db/database.ts'
import type { EmailRecord } from './email.ts'
import { findEmails } from './repository.ts'

/** The key's mail with this id; `not_found` for another owner's as for none. */
export async function getEmail(db: Db, key: ApiKey, id: string): Promise<EmailRecord> {
  const [record] = await findEmails(db, [id])
  if (record?.keyId === key.id) return record
  throw new Problem('not_found', 'There is no mail with this id')
}

/** Mails by their ids, for whoever tells of passes and their last mail. */
export async function findEmailsById(
  db: Db | Trx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EmailRecord>> {
  return new Map((await findEmails(db, ids)).map((record) => [record.id, record]))
}
