import { Problem } from '@passwright/shared'
import type { Request } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/**
 * Creates a limit of requests for each client IP address, counted per process. The returned function
 * throws `rate_limited` beyond it.
 */
export function createRateLimit({ times, seconds }: { times: number; seconds: number }) {
  const limiter = new RateLimiterMemory({ points: times, duration: seconds })
  return async ({ ip = '' }: Request): Promise<void> => {
    try {
      await limiter.consume(toNetwork(ip))
    } catch (rejection) {
      if (!(rejection instanceof RateLimiterRes)) throw rejection
      const waitSeconds = Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
      throw new Problem('rate_limited', `Too many requests; try again in ${waitSeconds} seconds`, {
        retryAfterSeconds: waitSeconds,
      })
    }
  }
}

/** The /64 network of an IPv6 address: one subscriber has all addresses in it (RFC 6177). */
function toNetwork(ip: string): string {
  return ip.includes(':') && !ip.includes('.') ? ip.split(':').slice(0, 4).join(':') : ip
}
