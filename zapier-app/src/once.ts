import type { Bundle, ZObject } from 'zapier-platform-core'

/**
 * The Idempotency-Key of a step. Zapier tells neither a run nor a step apart from its replay, so
 * the key is what both have in common: the Zap and everything that is asked. The service then
 * gives the first answer for 24 hours instead of doing it again.
 */
export function onceKey(z: ZObject, bundle: Bundle, ...asked: unknown[]): string {
  const zap = bundle.meta?.zap?.id ?? 'none'
  return `zapier-${z.hash('sha256', JSON.stringify([zap, ...asked]))}`
}
