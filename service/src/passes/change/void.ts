import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { getNextUpdatedAt, type PassRecord } from '../store/pass.ts'
import { type ChangedPass, type ChangeOptions, changePass, type PassChange } from './change.ts'

/** Voids a pass; `unchanged` when it is void already. */
export function voidPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const change = { event: 'pass.voided', apply: applyVoided(true) } as const
  return changePass(ctx, key, serialNumber, change, options)
}

/** Makes a voided pass valid again; `unchanged` when it is valid already. */
export function unvoidPass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const change = { event: 'pass.unvoided', apply: applyVoided(false) } as const
  return changePass(ctx, key, serialNumber, change, options)
}

/**
 * Deletes a pass: voids it and makes it expire for good, and frees its `externalId`. It can still be
 * read. `unchanged` when it was deleted before.
 */
export function deletePass(
  ctx: Context,
  key: ApiKey,
  serialNumber: string,
  options: ChangeOptions = {},
): Promise<ChangedPass> {
  const apply = (record: PassRecord, now: Date) => {
    const updatedAt = getNextUpdatedAt(record, now)
    return { ...record, voided: true, deletedAt: updatedAt, updatedAt }
  }
  return changePass(ctx, key, serialNumber, { event: 'pass.deleted', apply }, options)
}

function applyVoided(voided: boolean): PassChange['apply'] {
  return (record, now) =>
    record.voided === voided
      ? 'unchanged'
      : { ...record, voided, updatedAt: getNextUpdatedAt(record, now) }
}
