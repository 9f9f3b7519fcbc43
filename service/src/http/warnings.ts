import { signsNfc } from '../apple/nfc.ts'
import { findPassWarnings, type Warning } from '../apple/warnings.ts'
import type { Context } from '../context.ts'
import { findRecordGoogleWarnings } from '../google-sync/source.ts'
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
  const warnings = [
    ...findPassWarnings(spec, ctx.now(), identity !== undefined && signsNfc(identity)),
    ...findRecordGoogleWarnings(ctx, record),
  ]
  return warnings.length > 0 ? { warnings: warnings.slice(0, MAX_WARNINGS) } : {}
}
