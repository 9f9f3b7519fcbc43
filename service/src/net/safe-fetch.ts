import { LRUCache } from 'lru-cache'
import type { Dispatcher } from 'undici'
import { Client } from 'undici'
import type { Limiter } from '../concurrency/limiter.ts'
import { createLimiter } from '../concurrency/limiter.ts'
import { describeFetchError, describeTimeout } from './fetch-error.ts'
import type { SsrfGuard, SsrfGuardOptions } from './guard/ssrf-guard.ts'
import { createSsrfGuard } from './guard/ssrf-guard.ts'
import { parseHttpUrl } from './http-url.ts'
import { readBody } from './read-body.ts'

/** The limits of one fetch; `timeoutMs` covers everything from queueing to the last byte. */
export interface FetchLimits {
  maxBytes: number
  timeoutMs: number
  maxRedirects: number
  /** The `Accept` header. */
  accept?: string
}

/**
 * The result of a fetch: the bytes; or the reason there are none, as the end of a sentence about
 * the URL ("responded with 404"); or `busy` when it was not started in time.
 */
export type FetchResult =
  | { outcome: 'bytes'; bytes: Buffer }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'busy' }

/** Fetches a URL that an API caller, the owner, gave us; reaches only public and allowed addresses. */
export type SafeFetch = (url: string, limits: FetchLimits, owner: string) => Promise<FetchResult>

export interface SafeFetchOptions extends SsrfGuardOptions {
  /** Connections in total, and to one host; an owner alone gets half. Further fetches queue. */
  maxConnections?: number
  maxConnectionsPerHost?: number
  /** The cache, so that a thousand passes with the same logo fetch it once. */
  cacheTtlMs?: number
  maxCacheBytes?: number
  /** The clock for `cacheTtlMs`, in milliseconds. */
  clock?: () => number
}

export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const guard = createSsrfGuard(options)
  const limit = createLimiter({ concurrency: options.maxConnections ?? 128 })
  const limitPerHost = createHostLimiter(options.maxConnectionsPerHost ?? 7)
  const pending = new Map<string, Promise<FetchResult>>()
  const cache = new LRUCache<string, Buffer>({
    maxSize: options.maxCacheBytes ?? 32_000_000,
    sizeCalculation: (bytes) => bytes.length + 1024,
    ttl: options.cacheTtlMs ?? 60_000,
    ttlResolution: 0,
    ...(options.clock && { perf: { now: options.clock } }),
  })

  const followRedirects = async (
    start: URL,
    limits: FetchLimits,
    owner: string,
    deadline: AbortSignal,
  ) => {
    let url = start
    for (let redirects = 0; redirects <= limits.maxRedirects; redirects += 1) {
      const current = url
      const response = await limitPerHost(
        current.hostname,
        owner,
        () => sendGet(guard(current, deadline, owner), current, limits, deadline),
        deadline,
      )
      if (response === 'busy' || response.outcome !== 'redirect') return response
      const next = parseHttpUrl(response.location, url)
      if (typeof next === 'string') return toRefused(`redirects to an address that ${next}`)
      url = next
    }
    return toRefused(`redirects more than ${limits.maxRedirects} times`)
  }

  const fetchAndCache = async (url: URL, limits: FetchLimits, owner: string, key: string) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const response = await limit(
      owner,
      () => followRedirects(url, limits, owner, deadline),
      deadline,
    )
    if (response === 'busy') return { outcome: 'busy' as const }
    if (response.outcome === 'bytes' && response.isCacheable) cache.set(key, response.bytes)
    return response
  }

  return async (text, limits, owner) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return toRefused(url)
    const key = JSON.stringify([url, limits])
    const bytes = cache.get(key)
    if (bytes !== undefined) return { outcome: 'bytes', bytes }
    // Not shared between owners: one must not wait for the turns of another.
    const pendingKey = JSON.stringify([owner, key])
    const fetching =
      pending.get(pendingKey) ??
      fetchAndCache(url, limits, owner, key).finally(() => pending.delete(pendingKey))
    pending.set(pendingKey, fetching)
    return fetching
  }
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])

type Refused = Extract<FetchResult, { outcome: 'refused' }>
type GetResult =
  | { outcome: 'bytes'; bytes: Buffer; isCacheable: boolean }
  | { outcome: 'redirect'; location: string }
  | Refused

/** Sends one request on a new connection, so that the guard checks every request. */
async function sendGet(
  connect: ReturnType<SsrfGuard>,
  url: URL,
  limits: FetchLimits,
  deadline: AbortSignal,
): Promise<GetResult> {
  const client = new Client(url.origin, {
    connect,
    maxHeaderSize: 16_384,
  })
  try {
    const response = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: {
        accept: limits.accept ?? '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'Passwright',
      },
      signal: deadline,
    })
    return await readResponse(response, limits)
  } catch (error) {
    return toRefused(
      deadline.aborted ? describeTimeout(limits.timeoutMs) : describeFetchError(error),
    )
  } finally {
    await client.destroy()
  }
}

async function readResponse(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  limits: FetchLimits,
): Promise<GetResult> {
  const location = toHeaderText(headers.location)
  if (redirectStatuses.has(statusCode) && location !== '') return { outcome: 'redirect', location }
  if (statusCode < 200 || statusCode > 299) return toRefused(`responded with ${statusCode}`)

  const encoding = toHeaderText(headers['content-encoding'])
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    return toRefused('is sent compressed although it was requested uncompressed')
  }
  const tooLarge = toRefused(`is larger than ${limits.maxBytes / 1_000_000} MB`)
  const length = Number(toHeaderText(headers['content-length']))
  if (length > limits.maxBytes) return tooLarge
  const bytes = await readBody(body, limits.maxBytes, length > 0 ? length : undefined)
  if (bytes === undefined) return tooLarge
  return { outcome: 'bytes', bytes, isCacheable: isCacheable(headers['cache-control']) }
}

/** A limiter for each host, kept only while it is in use. */
function createHostLimiter(concurrency: number) {
  const limiters = new Map<string, { limit: Limiter; users: number }>()
  return async <T>(host: string, owner: string, work: () => Promise<T>, signal: AbortSignal) => {
    const entry = limiters.get(host) ?? { limit: createLimiter({ concurrency }), users: 0 }
    limiters.set(host, entry)
    entry.users += 1
    try {
      return await entry.limit(owner, work, signal)
    } finally {
      entry.users -= 1
      if (entry.users === 0) limiters.delete(host)
    }
  }
}

function isCacheable(cacheControl: string | string[] | undefined): boolean {
  return !/\b(no-store|no-cache|private|max-age=0)\b/i.test(toHeaderText(cacheControl))
}

function toHeaderText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).trim()
}

function toRefused(reason: string): Refused {
  return { outcome: 'refused', reason }
}
