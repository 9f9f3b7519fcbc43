import { Problem } from '@passwright/shared'
import { LRUCache } from 'lru-cache'

/**
 * Counts a request of a caller, as several when it costs as much; returns the `too_many_requests` to
 * throw when it is beyond the limit.
 */
export type RateLimit = (caller: string, cost?: number) => Problem | undefined

/** More callers than are ever at once; of more, the one that was away longest is forgotten. */
const MAX_CALLERS = 50_000

/** Creates a limit of requests for each caller, counted per process from the caller's first request on. */
export function createRateLimit({
  times,
  seconds,
  now,
}: {
  times: number
  seconds: number
  now: () => Date
}): RateLimit {
  const windows = new LRUCache<string, { count: number; endsAt: number }>({ max: MAX_CALLERS })
  return (caller, cost = 1) => {
    const at = now().getTime()
    const known = windows.get(caller)
    const isOpen = known !== undefined && at < known.endsAt
    const window = isOpen ? known : { count: 0, endsAt: at + seconds * 1000 }
    window.count += cost
    windows.set(caller, window)
    return window.count > times ? createTooManyRequests(window.endsAt - at) : undefined
  }
}

function createTooManyRequests(waitMs: number): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  const unit = retryAfterSeconds === 1 ? 'second' : 'seconds'
  return new Problem(
    'too_many_requests',
    `Too many requests; try again in ${retryAfterSeconds} ${unit}`,
    { retryAfterSeconds },
  )
}
