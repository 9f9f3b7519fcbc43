import { toInvalidRequest } from '@passwright/shared'
import type { CreatePassRequest, PassSpec } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Finding, FindingCode } from '../../apple/verify/report/findings.ts'
import { verifyPass } from '../../apple/verify/verify-pass.ts'
import type { Warning } from '../../apple/warnings/warnings.ts'
import { joinChunks } from '../../chunked-bytes.ts'
import type { Context } from '../../context.ts'
import type { PassRecord } from '../store/pass.ts'
import { draftPass } from './create.ts'
import type { CreateOptions } from './creation.ts'
import { toRequestPath } from './request-paths.ts'

/** A pass that was built and verified, and nothing else. */
export interface DryRunPass {
  record: PassRecord
  /** What the verification of its file warns of. */
  warnings: Warning[]
}

/**
 * Checks a request as if it created a pass: fetches its images, builds its file and verifies that as
 * Wallet would. Stores, counts and sends nothing. Throws what creating it would throw, but for the quota.
 */
export async function dryRunPass(
  ctx: Context,
  key: ApiKey,
  request: CreatePassRequest,
  options: CreateOptions,
): Promise<DryRunPass> {
  const { record, file } = await draftPass(ctx, key, request, options)
  const { spec } = record
  const findings = verifyPass(joinChunks(file), { now: ctx.now() }).findings.filter(
    ({ code }) => !ofOperator.has(code),
  )
  const refused = findings.filter(({ level }) => level === 'refused')
  if (refused.length > 0) throw toInvalidRequest(refused.map((each) => toWarning(each, spec)))
  return { record, warnings: findings.map((each) => toWarning(each, spec)) }
}

/** Findings of the signing identity, about which a caller can do nothing, and what a void says. */
const ofOperator: ReadonlySet<FindingCode> = new Set([
  'development_signature',
  'chain_foreign_root',
  'nfc_certificate',
  'certificate_expired',
  'pass_voided',
])

function toWarning({ path, message, fix }: Finding, spec: PassSpec): Warning {
  return { path: toRequestPath(path, spec), message: `${message} ${fix}` }
}
