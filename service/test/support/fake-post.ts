import type { PostResult, SafePost } from '../../src/net/safe-post.ts'

/** What was posted, and where to. */
export interface Sent {
  url: string
  headers: Record<string, string>
  body: string
}

/** How an address answers: a status, or whatever else came of it. */
export type Answer = number | PostResult | (() => Promise<PostResult>)

/** A network that keeps what is posted and answers as it is told. */
export interface ScriptedPost {
  post: SafePost
  sent: Sent[]
  /** What was sent to one address. */
  to: (url: string) => Sent[]
  /** What the next posts to an address get; then 200 again. */
  next: (url: string, ...answers: Answer[]) => void
  /** What posts to an address get from now on. */
  always: (url: string, answer: Answer) => void
}

export function scriptedPost(): ScriptedPost {
  const sent: Sent[] = []
  const queues = new Map<string, Answer[]>()
  const ways = new Map<string, Answer>()
  return {
    sent,
    post: async (url, request) => {
      sent.push({ url, ...request })
      const answer = queues.get(url)?.shift() ?? ways.get(url) ?? 200
      if (typeof answer === 'function') return answer()
      return typeof answer === 'number' ? answered(answer) : answer
    },
    to: (url) => sent.filter((one) => one.url === url),
    next: (url, ...answers) => queues.set(url, answers),
    always: (url, answer) => ways.set(url, answer),
  }
}

/** An answer with this status, and perhaps with word of when to come again. */
export function answered(status: number, retryAfter?: string): PostResult {
  return { outcome: 'answered', answer: { status, retryAfter, text: `said ${status}` } }
}
