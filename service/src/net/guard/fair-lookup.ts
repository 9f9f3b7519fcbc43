import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns'
import type { Limiter } from '../../concurrency/limiter.ts'

/** Resolves a name to all its addresses, as `dns.lookup` with `all: true` does. */
export type LookupAll = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface LookupOptions {
  lookup?: LookupAll
  /** Shared by everything that looks up names that callers chose; without it nothing is limited. */
  limitLookups?: Limiter
}

/** Who asks for a lookup, and until when it is wanted. */
export interface LookupRequest {
  owner: string
  signal: AbortSignal
}

/** Resolves a name when it is the owner's turn; fails if the signal aborts before. */
export type FairLookup = (
  request: LookupRequest,
  hostname: string,
  options: object,
  callback: Parameters<LookupAll>[2],
) => void

/**
 * Creates a lookup in which owners take turns: a lookup occupies a thread until the name server
 * replies, even if nobody waits for it any more.
 */
export function createFairLookup({
  lookup = systemLookup,
  limitLookups = (_owner, work) => work(),
}: LookupOptions): FairLookup {
  return ({ owner, signal }, hostname, options, callback) => {
    const run = () =>
      new Promise<Parameters<typeof callback>>((resolve) => {
        lookup(hostname, { ...options, all: true }, (...result) => resolve(result))
      })
    void limitLookups(owner, run, signal).then((result) =>
      result === 'busy' ? callback(createTimeout(hostname), []) : callback(...result),
    )
  }
}

function createTimeout(hostname: string): Error {
  return Object.assign(new Error(`${hostname} was not looked up in time`), { code: 'EAI_AGAIN' })
}
