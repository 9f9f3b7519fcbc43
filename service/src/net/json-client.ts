import { isObject } from '@passwright/shared'
import { Agent, request } from 'undici'
import { describeFetchError, describeTimeout } from './fetch-error.ts'
import { readBody } from './read-body.ts'

export interface JsonRequest {
  method: 'GET' | 'POST' | 'PATCH'
  url: string
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
}

/** A response, whatever its status; or why there is none, as the end of a sentence about the server. */
export type JsonResult =
  | {
      outcome: 'responded'
      status: number
      /** Empty when the body is no JSON object. */
      json: Record<string, unknown>
      retryAfterSeconds: number | undefined
    }
  | { outcome: 'unreachable'; reason: string }

export interface JsonClient {
  send: (request: JsonRequest) => Promise<JsonResult>
  close: () => Promise<void>
}

const MAX_BYTES = 4_000_000
const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60

/** Creates the client for the addresses of the settings, which the operator has chosen. It follows no redirects. */
export function createJsonClient(): JsonClient {
  const dispatcher = new Agent({ connections: 16, connect: { timeout: 5_000 } })
  return {
    send: async ({ method, url, headers = {}, body, timeoutMs }) => {
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        const response = await request(url, {
          dispatcher,
          method,
          headers: { 'user-agent': 'Passwright', accept: 'application/json', ...headers },
          body: body ?? null,
          signal,
        })
        const bytes = await readBody(response.body, MAX_BYTES)
        return {
          outcome: 'responded',
          status: response.statusCode,
          json: parseJson(bytes?.toString('utf8') ?? ''),
          retryAfterSeconds: parseRetryAfter(response.headers['retry-after']),
        }
      } catch (error) {
        const reason = signal.aborted ? describeTimeout(timeoutMs) : describeFetchError(error)
        return { outcome: 'unreachable', reason }
      }
    },
    close: () => dispatcher.destroy(),
  }
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : {}
  } catch {
    return {}
  }
}

/** Seconds; Google sends no dates. */
function parseRetryAfter(header: string | string[] | undefined): number | undefined {
  const [text = ''] = [header].flat()
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), MAX_RETRY_AFTER_SECONDS) : undefined
}
