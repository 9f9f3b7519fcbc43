import type { Handler } from './job.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** A longer `notBefore` is shortened to this. */
const MAX_NOT_BEFORE_MS = 24 * HOUR_MS

/** How long to wait after each failed attempt, in milliseconds; after the last one the job has failed. */
export const retrySchedules = {
  mail: [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS],
  webhooks: [
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    10 * HOUR_MS,
  ],
  push: [
    5 * SECOND_MS,
    30 * SECOND_MS,
    2 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    4 * HOUR_MS,
    8 * HOUR_MS,
    8 * HOUR_MS,
  ],
  google: [
    10 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    8 * HOUR_MS,
    24 * HOUR_MS,
  ],
} as const satisfies Record<string, readonly number[]>

/** How long a queue pauses during an outage, by the number of pauses before; the last one repeats. */
const pausesMs = [MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS] as const
export const LONGEST_PAUSE_MS = 15 * MINUTE_MS

/** When to try again after this many attempts; undefined after the last one. */
export function getNextAttemptAt(
  { schedule, jitter = 0 }: Pick<Handler, 'schedule' | 'jitter'>,
  attempts: number,
  now: Date,
  notBefore = now,
): Date | undefined {
  const waitMs = schedule[attempts - 1]
  if (waitMs === undefined) return undefined
  const requestedMs = Math.min(notBefore.getTime() - now.getTime(), MAX_NOT_BEFORE_MS)
  return new Date(now.getTime() + Math.max(waitMs * (1 + jitter * Math.random()), requestedMs))
}

/** The longest wait after an attempt that a handler can have, in milliseconds. */
export function getLongestWaitMs({
  schedule,
  jitter = 0,
}: Pick<Handler, 'schedule' | 'jitter'>): number {
  return Math.max(MAX_NOT_BEFORE_MS, ...schedule.map((waitMs) => waitMs * (1 + jitter)))
}

/** When a pause ends that starts now, after this many pauses in a row. */
export function pauseUntil(earlierPauses: number, now: Date): Date {
  return new Date(now.getTime() + (pausesMs[earlierPauses] ?? LONGEST_PAUSE_MS))
}
