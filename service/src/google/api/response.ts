import { z } from 'zod'
import type { JsonResult } from '../../net/json-client.ts'
import { toSingleLine, truncate } from '../../text/plain-text.ts'

/** What came of a request to Google. */
export type GoogleResult =
  | { result: 'ok'; json: Record<string, unknown> }
  /** The object or its class is not there. */
  | { result: 'missing'; reason: string }
  | { result: 'exists'; reason: string }
  /** This request cannot succeed, now or later. */
  | { result: 'failed'; reason: string }
  /** The access token is not taken. */
  | { result: 'unauthorized'; reason: string }
  /** Google does not let us do anything: no request will succeed before that is put right. */
  | { result: 'refused'; reason: string }
  /** Too many requests. */
  | { result: 'busy'; reason: string; retryAfterSeconds: number | undefined }
  /** Too many notifications of one pass. */
  | { result: 'rationed'; reason: string }
  | { result: 'unreachable'; reason: string }

export type GoogleFailure = Exclude<GoogleResult, { result: 'ok' }>

const MAX_REASON_CHARACTERS = 300

const Body = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().catch(''),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
  }),
})

const resultByStatus: Readonly<Record<number, Exclude<GoogleFailure['result'], 'busy'>>> = {
  401: 'unauthorized',
  403: 'refused',
  404: 'missing',
  409: 'exists',
}

const quotaPattern = /quota|rate.?limit|resource.?exhausted|too many requests/i
const notificationPattern = /QuotaExceededException|notification/i

/**
 * Reads what Google responded. The same status stands for a quota and for a right that is missing, so
 * the reasons are read as well.
 */
export function parseGoogleResponse(sent: JsonResult): GoogleResult {
  if (sent.outcome === 'unreachable') {
    return { result: 'unreachable', reason: `Google Wallet cannot be reached: it ${sent.reason}` }
  }
  const { status, json, retryAfterSeconds } = sent
  if (status >= 200 && status < 300) return { result: 'ok', json }
  const { message, words } = readError(json)
  const reason = `Google Wallet returned ${status}${message && `: ${message}`}`
  const isQuota = status === 429 || (status === 403 && quotaPattern.test(words))
  if (isQuota && notificationPattern.test(words)) return { result: 'rationed', reason }
  if (isQuota) return { result: 'busy', reason, retryAfterSeconds }
  if (status >= 500 || status === 408) return { result: 'unreachable', reason }
  return { result: resultByStatus[status] ?? 'failed', reason }
}

function readError(json: Record<string, unknown>): { message: string; words: string } {
  const { data } = Body.safeParse(json)
  if (!data) return { message: '', words: '' }
  const { message, status, errors } = data.error
  const words = [message, status, ...errors.map(({ reason }) => reason)].join(' ')
  return { message: truncate(toSingleLine(message), MAX_REASON_CHARACTERS), words }
}
