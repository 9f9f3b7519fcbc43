import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import type { Allowlist } from './allowlist.ts'
import { allowsAddress, allowsHost, allowsSingleAddress, toBareHost } from './allowlist.ts'
import { createFairLookup, type LookupOptions, type LookupRequest } from './fair-lookup.ts'
import { isMetadataAddress, isPublicEndpoint, toCanonicalAddress } from './ip-address.ts'

export interface SsrfGuardOptions extends LookupOptions {
  allowlist: Allowlist
  /** Our own origins (`PUBLIC_URL`), which are refused unless the allowlist has them. */
  ownOrigins?: string[]
  /** How long the refusal of a name takes at least. */
  refusalMs?: number
  /**
   * Whether an address is public; only asked about what the allowlist does not have. Not a setting:
   * tests replace it, because they can connect only to loopback addresses.
   */
  isPublic?: (address: string, port: number) => boolean
}

/**
 * Protects our network from requests to URLs that API callers gave us (SSRF). For a URL it returns
 * an undici connector that resolves the name once, checks every address, and connects only to a
 * checked one. Anything neither public nor allowed fails with the code `NOT_PUBLIC` before the
 * connection is opened. The owner takes turns with others for the lookup.
 */
export type SsrfGuard = (url: URL, deadline: AbortSignal, owner: string) => buildConnector.connector

export function createSsrfGuard(options: SsrfGuardOptions): SsrfGuard {
  const rules = createAccessRules(options)
  const resolveAllowed = createResolver(options, rules)

  return (url, deadline, owner) => {
    const host = toBareHost(url)
    const notPublic = createNotPublicError(url)
    const checked = new Set<string>()

    const lookupAndCheck: LookupFunction = (hostname, options, callback) =>
      resolveAllowed({ url, owner, signal: deadline }, hostname, options, (error, addresses) => {
        const [first] = addresses
        if (error || !first) return callback(error ?? notPublic, '')
        for (const { address } of addresses) checked.add(toCanonicalAddress(address))
        // With happy eyeballs Node wants all addresses, without it one.
        if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      })

    const connect = buildConnector({
      lookup: lookupAndCheck,
      signal: deadline,
      timeout: 0,
      allowH2: false,
      maxCachedSessions: 0,
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
      rejectUnauthorized: true,
    })

    return (connectOptions, callback) => {
      if (!rules.allowsUrl(url)) return callback(notPublic, null)
      // Node does not call `lookup` when the host is already an address.
      if (isIP(host) !== 0) {
        if (!rules.allowsConnection(url, host)) return callback(notPublic, null)
        checked.add(toCanonicalAddress(host))
      }
      connect(connectOptions, (error, socket) => {
        if (error) return callback(error, null)
        // Nothing has been sent yet: send only if this is one of the addresses we checked.
        if (checked.has(toCanonicalAddress(socket.remoteAddress ?? '')))
          return callback(null, socket)
        socket.destroy()
        callback(notPublic, null)
      })
    }
  }
}

/** Resolves a URL's name to its addresses, all of them allowed, or calls back with `NOT_PUBLIC`. */
export type ResolveAllowed = (
  request: LookupRequest & { url: URL },
  hostname: string,
  options: object,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

const DEFAULT_REFUSAL_MS = 1_000

/**
 * Creates the resolver. A name of ours that is private, one that does not exist and one that cannot
 * be looked up just now get the same error, and not before the same time is over: neither the words
 * nor the time tell a caller which names exist in our network.
 */
export function createResolver(
  { refusalMs = DEFAULT_REFUSAL_MS, ...options }: SsrfGuardOptions,
  rules: AccessRules,
): ResolveAllowed {
  const lookUp = createFairLookup(options)
  return ({ url, ...request }, hostname, lookupOptions, callback) => {
    const startedAt = performance.now()
    const refuse = () => {
      const leftMs = Math.max(0, startedAt + refusalMs - performance.now())
      setTimeout(() => callback(createNotPublicError(url), []), leftMs)
    }
    lookUp(request, hostname, lookupOptions, (error, addresses) => {
      if (error || addresses.length === 0) return refuse()
      if (!addresses.every(({ address }) => rules.allowsConnection(url, address))) return refuse()
      callback(null, addresses)
    })
  }
}

/** The rules of the guard, for code that checks a URL without connecting to it. */
export interface AccessRules {
  /** Whether the operator allows the URL's host by its name, whatever it resolves to. */
  allowsName(url: URL): boolean
  /** False for our own origins, unless they are allowed. */
  allowsUrl(url: URL): boolean
  /** Whether this address, one of those that the URL's host resolves to, may be connected to. */
  allowsConnection(url: URL, address: string): boolean
}

/** Creates the rules for these options. */
export function createAccessRules({
  allowlist,
  ownOrigins = [],
  isPublic = isPublicEndpoint,
}: SsrfGuardOptions): AccessRules {
  const ownHosts = new Set(ownOrigins.map((origin) => toHostAndPort(new URL(origin))))
  return {
    allowsName: (url) => allowsHost(allowlist, toBareHost(url), getPort(url)),
    allowsUrl: (url) => {
      const [host, port] = [toBareHost(url), getPort(url)]
      return (
        !ownHosts.has(toHostAndPort(url)) ||
        allowsHost(allowlist, host, port) ||
        allowsAddress(allowlist, host, port)
      )
    },
    allowsConnection: (url, address) => {
      const port = getPort(url)
      // Neither an allowed name nor a range is enough: a name's owner could point it to a metadata
      // service, and 100.64.0.0/10 or fd00::/8 was not written with that in mind.
      if (isMetadataAddress(address)) return allowsSingleAddress(allowlist, address, port)
      return (
        allowsAddress(allowlist, address, port) ||
        allowsHost(allowlist, toBareHost(url), port) ||
        isPublic(address, port)
      )
    },
  }
}

/** The error of a request to an address that is neither public nor allowed. */
export function createNotPublicError(url: URL): Error {
  return Object.assign(new Error(`${url.host} is not public`), { code: 'NOT_PUBLIC' })
}

function toHostAndPort(url: URL): string {
  return `${toBareHost(url)} ${getPort(url)}`
}

function getPort(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
