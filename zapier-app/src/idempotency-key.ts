import type { Bundle, ZObject } from 'zapier-platform-core'

/**
 * Builds the `Idempotency-Key` of a step from the Zap and the `parts` of the request. An app does not
 * get the ID of a run or a step, so a replay can only be detected as the same request in the same
 * Zap. For 24 hours the service then returns the first response instead of doing it again.
 */
export function buildIdempotencyKey(z: ZObject, bundle: Bundle, ...parts: unknown[]): string {
  const zapId = bundle.meta?.zap?.id ?? 'none'
  return `zapier-${z.hash('sha256', JSON.stringify([zapId, ...parts]))}`
}
