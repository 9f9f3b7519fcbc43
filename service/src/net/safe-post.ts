import type { Dispatcher } from 'undici'
import { Client } from 'undici'
import { toSingleLine } from '../text/plain-text.ts'
import { describeFetchError, describeTimeout } from './fetch-error.ts'
import type { SsrfGuard, SsrfGuardOptions } from './guard/ssrf-guard.ts'
import { createSsrfGuard } from './guard/ssrf-guard.ts'
import { parseHttpUrl } from './http-url.ts'

/** The response to a post. */
export interface PostResponse {
  status: number
  /** The `Retry-After` header as it was sent: seconds or a date. */
  retryAfter: string | undefined
  /** The beginning of the body in one line, at most 1 KB. */
  text: string
}

/**
 * The result of a post: a response, whatever its status; or the reason there is none, as the end
 * of a sentence about the URL. `refused` means that we did not connect at all.
 */
export type PostResult =
  | { outcome: 'responded'; response: PostResponse }
  | { outcome: 'failed' | 'refused'; reason: string }

/**
 * Posts to a URL that an API caller, the owner, gave us. It follows no redirects and reaches only public and
 * allowed addresses. Header names are in lower case.
 */
export type SafePost = (
  url: string,
  request: { headers: Record<string, string>; body: string },
  owner: string,
) => Promise<PostResult>

/** Creates it; `timeoutMs` covers everything from the DNS lookup to the end of the response. */
export function createSafePost(options: SsrfGuardOptions & { timeoutMs?: number }): SafePost {
  const guard = createSsrfGuard(options)
  const timeoutMs = options.timeoutMs ?? 15_000

  return async (text, request, owner) => {
    const url = parseHttpUrl(text)
    if (typeof url === 'string') return { outcome: 'refused', reason: url }
    return sendPost((deadline) => guard(url, deadline, owner), url, request, timeoutMs)
  }
}

/** How much of a response body is read before the connection is closed, and how much is kept. */
const MAX_READ_BYTES = 65_536
const MAX_KEPT_BYTES = 1024

/** Sends one request on a new connection, so that the guard checks every request. */
async function sendPost(
  createConnector: (deadline: AbortSignal) => ReturnType<SsrfGuard>,
  url: URL,
  { headers, body }: Parameters<SafePost>[1],
  timeoutMs: number,
): Promise<PostResult> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const client = new Client(url.origin, {
    connect: createConnector(deadline),
    maxHeaderSize: 16_384,
  })
  try {
    const response = await client.request({
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
    return { outcome: 'responded', response: await readResponse(response) }
  } catch (error) {
    const reason = deadline.aborted ? describeTimeout(timeoutMs) : describeFetchError(error)
    return { outcome: isRefused(error) ? 'refused' : 'failed', reason }
  } finally {
    await client.destroy()
  }
}

async function readResponse({
  statusCode,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<PostResponse> {
  const start = await readStart(body)
  const [retryAfter] = [headers['retry-after']].flat()
  const isPlain = /^(identity)?$/i.test(String(headers['content-encoding'] ?? ''))
  return { status: statusCode, retryAfter, text: isPlain ? toExcerpt(start) : '' }
}

/**
 * Reads a body and keeps its beginning. The status alone decides whether the post succeeded, so a
 * body that is too long, too slow or cut off is no error.
 */
async function readStart(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept = Buffer.alloc(MAX_KEPT_BYTES)
  let length = 0
  try {
    for await (const chunk of body) {
      if (length < MAX_KEPT_BYTES) chunk.copy(kept, length)
      length += chunk.length
      if (length > MAX_READ_BYTES) break
    }
  } catch {}
  return kept.subarray(0, length)
}

/** The bytes as a line that is safe to store, log and show. */
function toExcerpt(bytes: Buffer): string {
  const line = toSingleLine(decodeUtf8(bytes))
  // Cut again: each invalid byte has become a replacement character of three bytes.
  return decodeUtf8(Buffer.from(line).subarray(0, MAX_KEPT_BYTES))
}

/** Decodes UTF-8 and drops an incomplete character at the end. */
function decodeUtf8(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true })
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'NOT_PUBLIC'
}
