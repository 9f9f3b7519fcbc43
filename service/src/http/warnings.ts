import { findPassWarnings, type Warning } from '../apple/warnings.ts'
import type { Context } from '../context.ts'
import type { PassRecord } from '../passes/pass.ts'

/** The `warnings` of a reply that tells of a pass; absent when there are none. */
export function describeWarnings(
  { now }: Pick<Context, 'now'>,
  { spec }: Pick<PassRecord, 'spec'>,
): { warnings?: Warning[] } {
  const warnings = findPassWarnings(spec, now())
  return warnings.length > 0 ? { warnings } : {}
}
