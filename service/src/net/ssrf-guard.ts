import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import type { Allowlist } from './allowlist.ts'
import { allowsAddress, allowsHost, toBareHost } from './allowlist.ts'
import { isMetadataAddress, isPublicEndpoint, toCanonicalAddress } from './ip-address.ts'

/** Resolves a name to all its addresses, as `dns.lookup` with `all: true` does. */
export type LookupAll = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface SsrfGuardOptions {
  allow: Allowlist
  /** Our own origins (`PUBLIC_URL`), which nobody may have us call unless they are allowed. */
  ownOrigins?: string[]
  lookup?: LookupAll
  /**
   * Whether anybody may have us connect there; the allow list is asked first. No setting reaches
   * this: it is here for tests, which have only loopback to connect to.
   */
  isPublic?: (address: string, port: number) => boolean
}

/**
 * What stands between a stranger's URL and our network, for every request to an address we were
 * given: takes the URL, gives undici a way to connect to its origin. A name is resolved once, every
 * answer is checked, and only a checked address is connected to; what is neither public nor allowed
 * fails with the code `NOT_PUBLIC` before any connection.
 */
export type SsrfGuard = (url: URL, deadline: AbortSignal) => buildConnector.connector

export function createSsrfGuard(options: SsrfGuardOptions): SsrfGuard {
  const { mayCall, mayConnect } = createReachRules(options)
  const lookup = options.lookup ?? systemLookup

  return (url, deadline) => {
    const host = toBareHost(url)
    const refused = notPublic(url)
    const checked = new Set<string>()

    const checkedLookup: LookupFunction = (hostname, options, callback) =>
      lookup(hostname, { ...options, all: true }, (error, answers) => {
        if (error) return callback(error, '')
        const [first] = answers
        if (!first || !answers.every(({ address }) => mayConnect(url, address))) {
          return callback(refused, '')
        }
        for (const { address } of answers) checked.add(toCanonicalAddress(address))
        // With happy eyeballs Node asks for all answers, without it for one.
        if (options.all) callback(null, answers)
        else callback(null, first.address, first.family)
      })

    const connect = buildConnector({
      lookup: checkedLookup,
      signal: deadline,
      timeout: 0,
      allowH2: false,
      maxCachedSessions: 0,
      // Said here so that NODE_TLS_REJECT_UNAUTHORIZED cannot say otherwise.
      rejectUnauthorized: true,
    })

    return (target, callback) => {
      if (!mayCall(url)) return callback(refused, null)
      // Node never calls `lookup` for an address that is written as one.
      if (isIP(host) !== 0) {
        if (!mayConnect(url, host)) return callback(refused, null)
        checked.add(toCanonicalAddress(host))
      }
      connect(target, (error, socket) => {
        if (error) return callback(error, null)
        // Nothing has been sent yet, and nothing will be unless it is where we looked.
        if (checked.has(toCanonicalAddress(socket.remoteAddress ?? '')))
          return callback(null, socket)
        socket.destroy()
        callback(refused, null)
      })
    }
  }
}

/** What the guard lets through: the same rules, for whoever asks without connecting. */
export interface ReachRules {
  /** False for our own origins, unless they are allowed. */
  mayCall(url: URL): boolean
  /** Whether this address, one of those that the URL's host has, may be connected to. */
  mayConnect(url: URL, address: string): boolean
}

/** Gives the rules for these options. */
export function createReachRules({
  allow,
  ownOrigins = [],
  isPublic = isPublicEndpoint,
}: SsrfGuardOptions): ReachRules {
  const own = new Set(ownOrigins.map((origin) => placeOf(new URL(origin))))
  return {
    mayCall: (url) => {
      const [host, port] = [toBareHost(url), portOf(url)]
      return (
        !own.has(placeOf(url)) || allowsHost(allow, host, port) || allowsAddress(allow, host, port)
      )
    },
    mayConnect: (url, address) => {
      const port = portOf(url)
      if (allowsAddress(allow, address, port)) return true
      // A name in the allow list may be in other hands tomorrow; a machine's credentials have to be
      // named themselves.
      if (isMetadataAddress(address)) return false
      return allowsHost(allow, toBareHost(url), port) || isPublic(address, port)
    },
  }
}

/** What a request to somewhere that nobody may reach fails with. */
export function notPublic(url: URL): Error {
  return Object.assign(new Error(`${url.host} is not public`), { code: 'NOT_PUBLIC' })
}

function placeOf(url: URL): string {
  return `${toBareHost(url)} ${portOf(url)}`
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
