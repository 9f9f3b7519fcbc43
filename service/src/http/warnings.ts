import { signsNfc } from '../apple/nfc.ts'
import { findPassWarnings, type Warning } from '../apple/warnings/warnings.ts'
import type { Context } from '../context.ts'
import { findRecordGoogleWarnings, type GoogleDraft } from '../google-sync/source.ts'
import type { PassRecord } from '../passes/store/pass.ts'

/** Enough to mend a pass, however much is in it. */
const MAX_WARNINGS = 100

/** The `warnings` of a reply that tells of a pass; absent when there are none. */
export function describeWarnings(
  ctx: Pick<Context, 'now' | 'identities' | 'config'>,
  record: PassRecord,
): { warnings?: Warning[] } {
  const { spec, passTypeIdentifier } = record
  const identity = ctx.identities().find((one) => one.passTypeIdentifier === passTypeIdentifier)
  const isForNfc = identity !== undefined && signsNfc(identity)
  const warnings = addGoogleWarnings(ctx, findPassWarnings(spec, ctx.now(), isForNfc), record)
  return warnings.length > 0 ? { warnings } : {}
}

/** Adds to the warnings about Apple Wallet those about Google Wallet, while that is on. */
export function addGoogleWarnings(
  ctx: Pick<Context, 'identities' | 'config'>,
  warnings: readonly Warning[],
  draft: GoogleDraft & Pick<PassRecord, 'images'>,
): Warning[] {
  return [...warnings, ...findRecordGoogleWarnings(ctx, draft)].slice(0, MAX_WARNINGS)
}
