import { signsNfc } from '../apple/nfc.ts'
import { findPassWarnings, type Warning } from '../apple/warnings.ts'
import type { Context } from '../context.ts'
import type { PassRecord } from '../passes/store/pass.ts'

/** The `warnings` of a reply that tells of a pass; absent when there are none. */
export function describeWarnings(
  { now, identities }: Pick<Context, 'now' | 'identities'>,
  { spec, passTypeIdentifier }: Pick<PassRecord, 'spec' | 'passTypeIdentifier'>,
): { warnings?: Warning[] } {
  const identity = identities().find((one) => one.passTypeIdentifier === passTypeIdentifier)
  const warnings = findPassWarnings(spec, now(), identity !== undefined && signsNfc(identity))
  return warnings.length > 0 ? { warnings } : {}
}
