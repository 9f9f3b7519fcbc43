import type { Dispatcher } from 'undici'
import { Client } from 'undici'
import { describeFetchError } from './fetch-error.ts'
import { parseHttpUrl } from './http-url.ts'
import type { SsrfGuard, SsrfGuardOptions } from './ssrf-guard.ts'
import { createSsrfGuard } from './ssrf-guard.ts'

export { createEndpointCheck } from './endpoint-check.ts'

/** What the other side said. */
export interface PostResponse {
  status: number
  /** Seconds or a date as the header said, untouched. */
  retryAfter: string | undefined
  /** The beginning of the body, at most 1 KB, in one line. */
  text: string
}

/**
 * What came of a post: an answer, whatever its status; or why there is none, as the rest of a
 * sentence about the URL. `refused` is what we did not even try.
 */
export type PostResult =
  | { outcome: 'answered'; answer: PostResponse }
  | { outcome: 'failed'; why: string }
  | { outcome: 'refused'; why: string }

/**
 * Posts to a URL that a stranger gave us. It follows no redirect and never reaches what is neither
 * public nor allowed. Names of headers are in lower case.
 */
export type SafePost = (
  url: string,
  request: { headers: Record<string, string>; body: string },
) => Promise<PostResult>

/** Gives what posts; the time is for everything: resolving, connecting, the answer's last byte. */
export function createSafePost(options: SsrfGuardOptions & { timeoutMs?: number }): SafePost {
  const guard = createSsrfGuard(options)
  const timeoutMs = options.timeoutMs ?? 15_000

  return async (text, request) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return { outcome: 'refused', why: url }
    return send(guard, url, request, timeoutMs)
  }
}

/** How much of an answer is read before we hang up, and how much of that is kept. */
const readBytes = 65_536
const keptBytes = 1024

/** One request on a connection of its own that ends with it: each is judged anew, none is left open. */
async function send(
  guard: SsrfGuard,
  url: URL,
  { headers, body }: Parameters<SafePost>[1],
  timeoutMs: number,
): Promise<PostResult> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const client = new Client(url.origin, {
    connect: guard(url, deadline),
    maxHeaderSize: 16_384,
  })
  try {
    const answer = await client.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'Passwright',
        ...headers,
      },
      body,
      reset: true,
      signal: deadline,
    })
    return { outcome: 'answered', answer: await readAnswer(answer) }
  } catch (error) {
    const why = describeFetchError(error, deadline.aborted, timeoutMs)
    return { outcome: isRefusal(error) ? 'refused' : 'failed', why }
  } finally {
    await client.destroy()
  }
}

async function readAnswer({
  statusCode,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<PostResponse> {
  const start = await readStart(body)
  const [retryAfter] = [headers['retry-after']].flat()
  const isPlain = /^(identity)?$/i.test(String(headers['content-encoding'] ?? ''))
  return { status: statusCode, retryAfter, text: isPlain ? oneLine(start) : '' }
}

/**
 * Reads a body and keeps its beginning. The status has told what became of the post: a body that is
 * too long, too slow or cut off changes nothing about that.
 */
async function readStart(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept = Buffer.alloc(keptBytes)
  let length = 0
  try {
    for await (const piece of body) {
      if (length < keptBytes) piece.copy(kept, length)
      length += piece.length
      if (length > readBytes) break
    }
  } catch {}
  return kept.subarray(0, length)
}

/** Bytes of a stranger as a line that may be stored, logged and shown. */
function oneLine(bytes: Buffer): string {
  const line = decode(bytes).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
  // What was not UTF-8 has grown.
  return decode(Buffer.from(line.trim()).subarray(0, keptBytes))
}

/** Decodes UTF-8 and leaves out a character that was cut off at the end. */
function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true })
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'NOT_PUBLIC'
}
