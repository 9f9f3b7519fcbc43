import { LRUCache } from 'lru-cache'
import type { Dispatcher } from 'undici'
import { Client } from 'undici'
import type { Limiter } from '../concurrency/limiter.ts'
import { createLimiter } from '../concurrency/limiter.ts'
import { describeFetchError } from './fetch-error.ts'
import { readBody } from './read-body.ts'
import type { SsrfGuard, SsrfGuardOptions } from './ssrf-guard.ts'
import { createSsrfGuard } from './ssrf-guard.ts'

/**
 * What one fetch may cost. The time is for everything: waiting, resolving, redirects, the last
 * byte.
 */
export interface FetchLimits {
  maxBytes: number
  timeoutMs: number
  maxRedirects: number
  /** The `Accept` header. */
  accept?: string
}

/**
 * What came of it: the bytes; or why they cannot be had, as the rest of a sentence about the URL
 * ("answered 404"); or `busy` when our own queues were full.
 */
export type FetchResult =
  | { outcome: 'bytes'; bytes: Buffer }
  | { outcome: 'refused'; why: string }
  | { outcome: 'busy' }

/**
 * Gets what stands at a URL that a stranger gave us, and never reaches what is not public or
 * allowed.
 */
export type SafeFetch = (url: string, limits: FetchLimits) => Promise<FetchResult>

export interface SafeFetchOptions extends SsrfGuardOptions {
  /** Connections in all and to one host at a time; more wait their turn. */
  maxConnections?: number
  maxPerHost?: number
  /**
   * How long and how much of what was fetched is kept, so that a thousand passes with one logo ask
   * once.
   */
  keepMs?: number
  keepBytes?: number
  /** A clock in milliseconds for `keepMs`. */
  clock?: () => number
}

export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const guard = createSsrfGuard(options)
  const inTurn = createLimiter({ atOnce: options.maxConnections ?? 64 })
  const perHost = createHostGates(options.maxPerHost ?? 4)
  const flights = new Map<string, Promise<FetchResult>>()
  const recent = new LRUCache<string, Buffer>({
    maxSize: options.keepBytes ?? 32_000_000,
    sizeCalculation: (bytes) => bytes.length + 1024,
    ttl: options.keepMs ?? 60_000,
    ttlResolution: 0,
    ...(options.clock && { perf: { now: options.clock } }),
  })

  const follow = async (start: URL, limits: FetchLimits, deadline: AbortSignal) => {
    let url = start
    for (let hops = 0; hops <= limits.maxRedirects; hops += 1) {
      const asked = url
      const answer = await perHost(
        asked.hostname,
        () => ask(guard, asked, limits, deadline),
        deadline,
      )
      if (answer === 'busy' || answer.outcome !== 'redirect') return answer
      const next = readUrl(answer.location, url)
      if (typeof next === 'string') return refused(`redirects to an address that ${next}`)
      url = next
    }
    return refused(`redirects more than ${limits.maxRedirects} times`)
  }

  const fly = async (url: URL, limits: FetchLimits, key: string): Promise<FetchResult> => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const answer = await inTurn(() => follow(url, limits, deadline), deadline)
    if (answer === 'busy') return { outcome: 'busy' }
    if (answer.outcome === 'bytes' && answer.mayKeep) recent.set(key, answer.bytes)
    return answer
  }

  return async (text, limits) => {
    const url = readUrl(text)
    if (typeof url === 'string') return refused(url)
    const key = JSON.stringify([url, limits])
    const bytes = recent.get(key)
    if (bytes !== undefined) return { outcome: 'bytes', bytes }
    const running = flights.get(key) ?? fly(url, limits, key).finally(() => flights.delete(key))
    flights.set(key, running)
    return running
  }
}

const redirects = new Set([301, 302, 303, 307, 308])

type Refused = Extract<FetchResult, { outcome: 'refused' }>
type Answer =
  | { outcome: 'bytes'; bytes: Buffer; mayKeep: boolean }
  | { outcome: 'redirect'; location: string }
  | Refused

/** One request and its answer, on a connection of its own that ends with it. */
async function ask(
  guard: SsrfGuard,
  url: URL,
  limits: FetchLimits,
  deadline: AbortSignal,
): Promise<Answer> {
  const client = new Client(url.origin, {
    connect: guard(url, deadline),
    maxHeaderSize: 16_384,
  })
  try {
    const answer = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: {
        accept: limits.accept ?? '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'Passwright',
      },
      signal: deadline,
    })
    return await readAnswer(answer, limits)
  } catch (error) {
    return refused(describeFetchError(error, deadline.aborted, limits.timeoutMs))
  } finally {
    await client.destroy()
  }
}

async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  limits: FetchLimits,
): Promise<Answer> {
  const location = oneHeader(headers.location)
  if (redirects.has(statusCode) && location !== '') return { outcome: 'redirect', location }
  if (statusCode < 200 || statusCode > 299) return refused(`answered ${statusCode}`)

  const encoding = oneHeader(headers['content-encoding'])
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    return refused('is sent compressed although it was asked for as it is')
  }
  const tooLarge = refused(`is larger than ${limits.maxBytes / 1_000_000} MB`)
  if (Number(oneHeader(headers['content-length'])) > limits.maxBytes) return tooLarge
  const bytes = await readBody(body, limits.maxBytes)
  if (bytes === undefined) return tooLarge
  return { outcome: 'bytes', bytes, mayKeep: mayKeep(oneHeader(headers['cache-control'])) }
}

/** Gives the URL, or what is wrong with it. */
function readUrl(text: string, base?: URL): URL | string {
  const url = URL.parse(text, base?.href)
  if (url === null) return 'is not a URL; it needs to begin with https:// or http://'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'needs to begin with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or a password'
  url.hash = ''
  return url
}

function createHostGates(atOnce: number) {
  const gates = new Map<string, { gate: Limiter; users: number }>()
  return async <T>(host: string, work: () => Promise<T>, patience: AbortSignal) => {
    const entry = gates.get(host) ?? { gate: createLimiter({ atOnce }), users: 0 }
    gates.set(host, entry)
    entry.users += 1
    try {
      return await entry.gate(work, patience)
    } finally {
      entry.users -= 1
      if (entry.users === 0) gates.delete(host)
    }
  }
}

function mayKeep(cacheControl: string): boolean {
  return !/\b(no-store|no-cache|private|max-age=0)\b/i.test(cacheControl)
}

function oneHeader(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).trim()
}

function refused(why: string): Refused {
  return { outcome: 'refused', why }
}
