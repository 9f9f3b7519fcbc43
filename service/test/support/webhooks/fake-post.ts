import type { PostResult, SafePost } from '../../../src/net/safe-post.ts'

/** A request that was posted. */
export interface SentRequest {
  url: string
  headers: Record<string, string>
  body: string
}

/** A status, or any other result of a post. */
export type FakeResponse = number | PostResult | (() => Promise<PostResult>)

/** Records posts instead of sending them. */
export interface FakePost {
  post: SafePost
  sent: SentRequest[]
  /** Returns the requests to a URL. */
  sentTo: (url: string) => SentRequest[]
  /** Sets the results of the next posts to a URL; the one after them is 200 again. */
  respondOnce: (url: string, ...responses: FakeResponse[]) => void
  /** Sets the result of all posts to a URL from now on. */
  respondAlways: (url: string, response: FakeResponse) => void
}

export function createFakePost(): FakePost {
  const sent: SentRequest[] = []
  const queues = new Map<string, FakeResponse[]>()
  const defaults = new Map<string, FakeResponse>()
  return {
    sent,
    post: async (url, request) => {
      sent.push({ url, ...request })
      const result = queues.get(url)?.shift() ?? defaults.get(url) ?? 200
      if (typeof result === 'function') return result()
      return typeof result === 'number' ? buildResponse(result) : result
    },
    sentTo: (url) => sent.filter((one) => one.url === url),
    respondOnce: (url, ...responses) => queues.set(url, responses),
    respondAlways: (url, response) => defaults.set(url, response),
  }
}

/** Builds a response with this status, and with Retry-After if given. */
export function buildResponse(status: number, retryAfter?: string): PostResult {
  return { outcome: 'responded', response: { status, retryAfter, text: `said ${status}` } }
}
