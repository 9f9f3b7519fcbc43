import { Problem } from '@passwright/shared'
import type { Request } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Throws `rate_limited` when one caller's address has asked too often; each process counts its own. */
export function createRateLimit({ times, seconds }: { times: number; seconds: number }) {
  const limiter = new RateLimiterMemory({ points: times, duration: seconds })
  return async ({ ip = '' }: Request): Promise<void> => {
    try {
      await limiter.consume(toNetwork(ip))
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      const wait = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
      throw new Problem('rate_limited', `Too many requests; try again in ${wait} seconds`, {
        headers: { 'Retry-After': String(wait) },
      })
    }
  }
}

/** Of an IPv6 address the network: whoever has one has all the addresses in it (RFC 6177). */
function toNetwork(ip: string): string {
  return ip.includes(':') && !ip.includes('.') ? ip.split(':').slice(0, 4).join(':') : ip
}
