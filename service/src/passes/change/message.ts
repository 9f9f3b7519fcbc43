import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { getNextUpdatedAt, type PassRecord } from '../store/pass.ts'
import { type ChangedPass, type ChangeOptions, changePass } from './change.ts'

/** Sends a message to the holder of a pass; the same text again is a new message. */
export function messagePass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  message: string,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const apply = (record: PassRecord, now: Date) => ({
    ...withMessage(record, message),
    updatedAt: getNextUpdatedAt(record, now),
  })
  return changePass(ctx, key, serialNumber, { event: 'pass.updated', apply }, options)
}

/** A record with one message more. */
export function withMessage(record: PassRecord, message: string): PassRecord {
  return { ...record, message, messageNumber: record.messageNumber + 1 }
}
