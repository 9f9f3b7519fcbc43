import { toInvalidRequest } from '@passwright/shared'
import type { PassPatch } from '@passwright/shared/schema'
import type { PassRecord } from '../store/pass.ts'

/**
 * Throws `invalid_request` when a request names another `externalId` or Pass Type ID than the pass has:
 * neither changes, and Wallet identifies a pass by its type and serial number.
 */
export function assertSameIdentity(
  record: PassRecord,
  request: { externalId?: unknown; passTypeIdentifier?: unknown },
): void {
  const issues = (['externalId', 'passTypeIdentifier'] as const)
    .filter((path) => request[path] !== undefined && request[path] !== record[path])
    .map((path) => ({ path, message: `must stay ${record[path] ?? 'absent'}; leave it out` }))
  if (issues.length > 0) throw toInvalidRequest(issues)
}

/** Throws `invalid_request` when a merge patch names another template than that of the pass. */
export function assertSameTemplate({ template }: PassRecord, patch: PassPatch): void {
  const named: unknown = patch.template
  if (named === undefined || named === template?.templateId || named === template?.name) return
  const message = 'cannot be changed in a PATCH; send template and values in a PUT'
  throw toInvalidRequest([{ path: 'template', message }])
}
