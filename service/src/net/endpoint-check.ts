import { isIP } from 'node:net'
import { toBareHost } from './allowlist.ts'
import { createFairLookup, type FairLookup } from './fair-lookup.ts'
import { describeFetchError } from './fetch-error.ts'
import { parseHttpUrl } from './http-url.ts'
import type { SsrfGuardOptions } from './ssrf-guard.ts'
import { createAccessRules, createNotPublicError } from './ssrf-guard.ts'

/**
 * Checks whether a URL may be registered as a webhook endpoint, without connecting to it. Returns
 * the reason it may not, as the end of a sentence about the URL, or undefined when it may.
 */
export type CheckEndpointUrl = (url: string, owner: string) => Promise<string | undefined>

/**
 * Creates the check, with the same rules as the SSRF guard. A name that does not resolve at the
 * moment passes: the guard checks it again at each delivery.
 */
export function createEndpointCheck(
  options: SsrfGuardOptions & { lookupTimeoutMs?: number },
): CheckEndpointUrl {
  const rules = createAccessRules(options)
  const lookUp = createFairLookup(options)
  // Short, because the API caller waits for it.
  const lookupTimeoutMs = options.lookupTimeoutMs ?? 5000

  return async (text, owner) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return url
    // Without the trailing dot: some resolvers know "localhost" but not "localhost.".
    const host = toBareHost(url)
    const addresses =
      isIP(host) === 0 ? await resolveHost(host, owner, lookUp, lookupTimeoutMs) : [host]
    const isAllowed =
      rules.allowsUrl(url) && addresses.every((address) => rules.allowsConnection(url, address))
    return isAllowed ? undefined : describeFetchError(createNotPublicError(url))
  }
}

/** All addresses of a name; none when it does not resolve in time. */
function resolveHost(
  host: string,
  owner: string,
  lookUp: FairLookup,
  timeoutMs: number,
): Promise<string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, [])
    const signal = AbortSignal.timeout(timeoutMs)
    lookUp({ owner, signal }, host, {}, (error, addresses) => {
      clearTimeout(timer)
      resolve(error ? [] : addresses.map(({ address }) => address))
    })
  })
}
