import { isIP } from 'node:net'
import { describeFetchError } from './fetch-error.ts'
import { toBareHost } from './guard/allowlist.ts'
import type { SsrfGuardOptions } from './guard/ssrf-guard.ts'
import { createAccessRules, createNotPublicError, createResolver } from './guard/ssrf-guard.ts'
import { parseHttpUrl } from './http-url.ts'

/**
 * Checks whether a URL may be registered as a webhook endpoint, without connecting to it. Returns
 * the reason it may not, as the end of a sentence about the URL, or undefined when it may.
 */
export type CheckEndpointUrl = (url: string, owner: string) => Promise<string | undefined>

/**
 * Creates the check, with the same rules as the SSRF guard. A name that the operator allows passes
 * whether or not it resolves, since its host may be down at the moment: the guard checks it again at
 * each delivery. Any other name has to resolve.
 */
export function createEndpointCheck(
  options: SsrfGuardOptions & { lookupTimeoutMs?: number },
): CheckEndpointUrl {
  const rules = createAccessRules(options)
  const resolveAllowed = createResolver(options, rules)
  // Short, because the API caller waits for it.
  const lookupTimeoutMs = options.lookupTimeoutMs ?? 5000

  const isAllowed = (url: URL, owner: string): boolean | Promise<boolean> => {
    if (!rules.allowsUrl(url)) return false
    // Without the trailing dot: some resolvers know "localhost" but not "localhost.".
    const host = toBareHost(url)
    if (isIP(host) !== 0) return rules.allowsConnection(url, host)
    if (rules.allowsName(url)) return true
    return new Promise((resolve) => {
      const signal = AbortSignal.timeout(lookupTimeoutMs)
      signal.addEventListener('abort', () => resolve(false))
      resolveAllowed({ url, owner, signal }, host, {}, (error) => resolve(error === null))
    })
  }

  return async (text, owner) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return url
    return (await isAllowed(url, owner)) ? undefined : describeFetchError(createNotPublicError(url))
  }
}
