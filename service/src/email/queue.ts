import type { Issue } from '@passwright/shared'
import type { EmailRequest, QueuedEmail } from '@passwright/shared/schema'
import { consumeEmailLimit } from '../accounts/quota.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import { toAsciiAddress } from './address.ts'
import type { EmailRecord } from './email.ts'
import { insertEmail } from './repository.ts'

/** A requested email, with the id that it will have. */
export interface EmailDraft {
  id: string
  request: EmailRequest
}

/** Assigns an id to a requested email, before anything is stored. */
export function draftEmail(request: EmailRequest): EmailDraft {
  return { id: createId('eml'), request }
}

/** Converts a draft to the reply to the request for it. */
export function toQueuedEmail({ id }: EmailDraft): QueuedEmail {
  return { emailId: id, status: 'queued' }
}

/** Counts an email, stores it and enqueues the job that sends it; throws `email_limit` beyond the daily limit. */
export async function queueEmail(
  trx: Trx,
  config: Pick<Context['config'], 'mailDailyLimits'>,
  draft: EmailDraft,
  { keyId, serialNumber, now }: { keyId: string; serialNumber: string; now: Date },
): Promise<EmailRecord> {
  await consumeEmailLimit(trx, config, keyId, now)
  const record: EmailRecord = {
    id: draft.id,
    keyId,
    serialNumber,
    options: draft.request,
    status: 'queued',
    reason: null,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
  await insertEmail(trx, record)
  await enqueue(trx, { kind: 'email', payload: { emailId: draft.id }, owner: keyId, now })
  return record
}

/** Finds the reasons why this service cannot send a requested email; `at` is the path of `request` in the body. */
export function findEmailIssues(
  { smtp }: Pick<Context['config'], 'smtp'>,
  request: unknown,
  at = '',
): Issue[] {
  if (request === undefined) return []
  if (!smtp) {
    const reason = 'cannot be sent: this service has no mail server; its operator must set SMTP_URL'
    return [{ path: at, message: at === '' ? `The email ${reason}` : reason }]
  }
  const to = typeof request === 'object' && request !== null && 'to' in request ? request.to : ''
  return typeof to === 'string' && to.includes('@') && toAsciiAddress(to) === undefined
    ? [{ path: at === '' ? 'to' : `${at}.to`, message: 'has an invalid domain' }]
    : []
}
