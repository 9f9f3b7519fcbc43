import { randomBytes } from 'node:crypto'
import type { Issue } from '@passwright/shared'
import type { EmailRequest, QueuedEmail } from '@passwright/shared/schema'
import { consumeEmailLimit } from '../accounts/email-limit.ts'
import type { Config } from '../config.ts'
import type { Trx } from '../db/database.ts'
import { enqueue } from '../jobs/queue.ts'
import { toAsciiAddress } from './address.ts'
import type { EmailRecord } from './email.ts'
import { insertEmail } from './repository.ts'

/** A mail that somebody asks for, with the id that it will have. */
export interface EmailDraft {
  id: string
  request: EmailRequest
}

/** Gives a wish its id, before anything is written. */
export function draftEmail(request: EmailRequest): EmailDraft {
  return { id: `eml_${randomBytes(10).toString('hex')}`, request }
}

/** What the caller is told of it. */
export function toQueuedEmail({ id }: EmailDraft): QueuedEmail {
  return { emailId: id, status: 'queued' }
}

/** Writes a mail down in the transaction that wants it: counted, stored, and a job to send it. */
export async function queueEmail(
  trx: Trx,
  { mailDailyLimit }: Pick<Config, 'mailDailyLimit'>,
  wish: EmailDraft,
  { keyId, serialNumber, now }: { keyId: string; serialNumber: string; now: Date },
): Promise<EmailRecord> {
  await consumeEmailLimit(trx, { keyId, limit: mailDailyLimit, now })
  const record: EmailRecord = {
    id: wish.id,
    keyId,
    serialNumber,
    options: wish.request,
    status: 'queued',
    reason: null,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
  await insertEmail(trx, record)
  await enqueue(trx, { kind: 'email', payload: { emailId: wish.id }, now })
  return record
}

/** Why a mail cannot be asked for here, as issues; `at` is where the request for it stands in the body. */
export function findEmailIssues(
  { smtp }: Pick<Config, 'smtp'>,
  request: unknown,
  at = '',
): Issue[] {
  if (request === undefined) return []
  if (!smtp) {
    return [
      {
        path: at,
        message: 'cannot be sent: this server has no mail server; its operator must set SMTP_URL',
      },
    ]
  }
  const to = typeof request === 'object' && request !== null && 'to' in request ? request.to : ''
  return typeof to === 'string' && to.includes('@') && toAsciiAddress(to) === undefined
    ? [{ path: at === '' ? 'to' : `${at}.to`, message: 'has a domain that cannot exist' }]
    : []
}
