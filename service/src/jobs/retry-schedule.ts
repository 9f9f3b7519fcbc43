import type { Handler } from './job.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Nobody who asks to be left alone is left alone for longer. */
const LONGEST_REST_MS = 24 * HOUR

/** How long to wait after each attempt that may succeed later, in milliseconds; then it is given up. */
export const retrySchedules = {
  mail: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR],
  webhooks: [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR],
} as const satisfies Record<string, readonly number[]>

/** How long a way out rests when it refuses us, longer with each time in a row; the last one stays. */
const pauses = [MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE] as const

/** When to try again after so many attempts; undefined when there were enough. */
export function nextAttemptAt(
  { schedule, jitter = 0 }: Pick<Handler, 'schedule' | 'jitter'>,
  attempts: number,
  now: Date,
  notBefore = now,
): Date | undefined {
  const wait = schedule[attempts - 1]
  if (wait === undefined) return undefined
  const rest = Math.min(notBefore.getTime() - now.getTime(), LONGEST_REST_MS)
  return new Date(now.getTime() + Math.max(wait * (1 + jitter * Math.random()), rest))
}

/** Until when to rest after so many pauses in a row before this one. */
export function pauseUntil(earlier: number, now: Date): Date {
  return new Date(now.getTime() + (pauses[earlier] ?? pauses[pauses.length - 1] ?? MINUTE))
}
