import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { findChangeMessages } from '../../google/content/change-messages.ts'
import { queueGoogleMessage, queueGoogleSync } from '../../google/queue.ts'
import { buildRecordPassJson } from '../content/render.ts'
import type { PassRecord } from '../store/pass.ts'

/**
 * Writes down, in the transaction of a change, that Google Wallet is to follow it, and what its holder is
 * told of it: all in one message, since Google allows few. Nothing when nobody has tapped the pass.
 */
export async function queueGoogleChange(
  trx: Trx,
  { config }: Pick<Context, 'config'>,
  before: PassRecord,
  after: PassRecord,
  now: Date,
): Promise<void> {
  const isStored = await queueGoogleSync(trx, config.database.kind, after, now)
  if (!isStored || after.deletedAt !== null) return
  const message = after.messageNumber > before.messageNumber ? after.message : null
  const texts = [
    ...(message === null ? [] : [message]),
    ...findChangeMessages(toVersion(before), toVersion(after)),
  ]
  if (texts.length > 0) await queueGoogleMessage(trx, after, texts.join('\n'), now)
}

function toVersion(record: PassRecord) {
  const nobody = { passTypeIdentifier: '', teamIdentifier: '', organizationName: '' }
  return { spec: record.spec, passJson: buildRecordPassJson(record, nobody) }
}
