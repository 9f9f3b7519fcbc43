import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { toBareHost } from './allowlist.ts'
import { describeFetchError } from './fetch-error.ts'
import { parseHttpUrl } from './http-url.ts'
import type { LookupAll, SsrfGuardOptions } from './ssrf-guard.ts'
import { createReachRules, notPublic } from './ssrf-guard.ts'

/**
 * Says why a URL may not be subscribed, as the rest of a sentence about it, and undefined when it
 * may. Nothing is connected to.
 */
export type CheckEndpointUrl = (url: string) => Promise<string | undefined>

/**
 * Gives what judges by the rules of the guard. A name that has no address just now may be
 * subscribed: it is judged again at each sending.
 */
export function createEndpointCheck(
  options: SsrfGuardOptions & { patienceMs?: number },
): CheckEndpointUrl {
  const { mayCall, mayConnect } = createReachRules(options)
  const lookup = options.lookup ?? systemLookup
  // Whoever subscribes is waiting.
  const patienceMs = options.patienceMs ?? 5000

  return async (text) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return url
    // Without the dot that may end a name: some resolvers know localhost but not localhost.
    const host = toBareHost(url)
    const addresses = isIP(host) === 0 ? await addressesOf(host, lookup, patienceMs) : [host]
    const may = mayCall(url) && addresses.every((address) => mayConnect(url, address))
    return may ? undefined : describeFetchError(notPublic(url), false, 0)
  }
}

function addressesOf(host: string, lookup: LookupAll, patienceMs: number): Promise<string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs, [])
    lookup(host, { all: true }, (error, answers) => {
      clearTimeout(timer)
      resolve(error ? [] : answers.map(({ address }) => address))
    })
  })
}
