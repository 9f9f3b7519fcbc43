import { randomBytes } from 'node:crypto'
import type { Issue } from '@passwright/shared'
import type { EmailRequest, QueuedEmail } from '@passwright/shared/schema'
import { spendEmail } from '../accounts/email-limit.ts'
import type { Config } from '../config.ts'
import type { Trx } from '../db/database.ts'
import { enqueue } from '../jobs/queue.ts'
import { wireAddress } from './address.ts'
import type { EmailRecord } from './email.ts'
import { insertEmail } from './repository.ts'

/** A mail that somebody asks for, with the id that it will have. */
export interface EmailWish {
  id: string
  request: EmailRequest
}

/** Gives a wish its id, before anything is written. */
export function emailWish(request: EmailRequest): EmailWish {
  return { id: `eml_${randomBytes(10).toString('hex')}`, request }
}

/** What the caller is told of it. */
export function queuedEmail({ id }: EmailWish): QueuedEmail {
  return { emailId: id, status: 'queued' }
}

/** Writes a mail down in the transaction that wants it: counted, stored, and a job to send it. */
export async function queueEmail(
  trx: Trx,
  { mailDailyLimit }: Pick<Config, 'mailDailyLimit'>,
  wish: EmailWish,
  { keyId, serialNumber, now }: { keyId: string; serialNumber: string; now: Date },
): Promise<EmailRecord> {
  await spendEmail(trx, { keyId, limit: mailDailyLimit, now })
  const record: EmailRecord = {
    id: wish.id,
    keyId,
    serialNumber,
    wish: wish.request,
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
export function emailIssues({ smtp }: Pick<Config, 'smtp'>, request: unknown, at = ''): Issue[] {
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
  return typeof to === 'string' && to.includes('@') && wireAddress(to) === undefined
    ? [{ path: at === '' ? 'to' : `${at}.to`, message: 'has a domain that cannot exist' }]
    : []
}
