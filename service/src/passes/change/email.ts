import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import type { EmailRecord } from '../../email/email.ts'
import { type EmailDraft, queueEmail } from '../../email/queue.ts'
import { insertAddressWord } from '../search/index-words.ts'
import type { PassRecord } from '../store/pass.ts'
import { setLastEmail } from '../store/repository.ts'

/** Queues an email with a pass, which becomes the last one of that pass; throws `email_limit`. */
export async function queuePassEmail(
  trx: Trx,
  ctx: Context,
  { keyId, serialNumber }: Pick<PassRecord, 'keyId' | 'serialNumber'>,
  draft: EmailDraft,
  now: Date,
): Promise<EmailRecord> {
  const email = await queueEmail(trx, ctx.config, draft, { keyId, serialNumber, now })
  await setLastEmail(trx, serialNumber, email.id)
  await insertAddressWord(trx, serialNumber, draft.request.to)
  return email
}
