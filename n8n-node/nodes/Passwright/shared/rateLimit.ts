import type { TransportResponse } from '../portable/api/client'

/** How long one item may wait for rate limits, in all. */
export const maxWaitSeconds = 60

/** Limits of a day or a month: they do not end while a workflow waits. */
const longLimits: readonly unknown[] = ['quota_exceeded', 'email_limit']

/** Returns how many seconds to wait before the same request is sent again; undefined if the response stands. */
export function getWaitSeconds(
  { status, headers, json }: TransportResponse<unknown>,
  remainingSeconds: number,
): number | undefined {
  if (status !== 429 || longLimits.includes(getCode(json))) return undefined
  const retryAfter = headers['retry-after'] ?? ''
  const seconds = /^\d{1,4}$/.test(retryAfter) ? Math.max(1, Number(retryAfter)) : undefined
  return seconds !== undefined && seconds <= remainingSeconds ? seconds : undefined
}

function getCode(json: unknown): unknown {
  return (json as { code?: unknown } | null | undefined)?.code
}
