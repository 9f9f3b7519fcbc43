import { z } from 'zod'
import { keyAllows } from '../accounts/auth.ts'
import type { AttemptResult, Handler, RemoteResponse } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import type { PostResult } from '../net/safe-post.ts'
import { findDeliveryWithEndpoint, updateDelivery } from './delivery-repository.ts'
import { describeDisabledReason, failPendingDeliveries, recordHealth } from './health.ts'
import { buildWebhookHeaders, deriveSigningSecrets } from './signing.ts'

const Payload = z.strictObject({ deliveryId: z.string() })

/** The state of a delivery by the state of its job. */
const deliveryStateOfJob = { done: 'delivered', failed: 'failed', waiting: 'pending' } as const

/** Handles `webhook` jobs: posts one event to one endpoint, signed, and records the response. */
export const deliverWebhook: Handler = {
  schedule: retrySchedules.webhooks,
  toSubjectId: parseDeliveryId,
  jitter: 0.1,

  attempt: async (ctx, job) => {
    const found = await findDeliveryWithEndpoint(ctx.db, parseDeliveryId(job.payload))
    // The endpoint was deleted after the event was queued.
    if (!found) return { result: 'succeeded' }
    const { delivery, endpoint } = found
    if (!endpoint.enabled) {
      return { result: 'failed', reason: describeDisabledReason(endpoint.disabledReason) }
    }
    if (!(await keyAllows(ctx.db, endpoint.keyId, 'webhooks', ctx.now()))) {
      const reason = 'The API key of the endpoint no longer has access to webhooks'
      return { result: 'failed', reason }
    }
    const { eventId: id, body } = delivery
    const now = ctx.now()
    const secrets = deriveSigningSecrets(ctx, endpoint)
    const headers = buildWebhookHeaders({ id, body, now, secrets })
    const result = toAttemptResult(
      await ctx.post(endpoint.url, { headers, body }, endpoint.keyId),
      ctx.now(),
    )
    return { ...result, response: { ...result.response, url: endpoint.url } }
  },

  record: async (trx, ctx, job, { state, reason = null, response, now }) => {
    const found = await findDeliveryWithEndpoint(trx, parseDeliveryId(job.payload))
    if (!found) return
    const { delivery, endpoint } = found
    await updateDelivery(trx, delivery.id, {
      state: deliveryStateOfJob[state],
      reason,
      updated_at: now.toISOString(),
      ...(response && {
        status: response.status,
        response_text: response.text,
        attempts: delivery.attempts + 1,
      }),
    })
    if (!response) return
    const isDelivered = state === 'done'
    await recordHealth(trx, ctx, endpoint, { isDelivered, ...response }, now)
    // The endpoint was disabled during the attempt, so this delivery fails now and not at its next retry.
    if (state === 'waiting' && !endpoint.enabled) {
      await failPendingDeliveries(trx, endpoint.id, endpoint.disabledReason, now)
    }
  },
}

function toAttemptResult(
  posted: PostResult,
  now: Date,
): AttemptResult & { response: RemoteResponse } {
  if (posted.outcome !== 'responded') {
    const response = { status: null, text: null }
    return { result: 'retry', reason: `The endpoint ${posted.reason}`, response }
  }
  const { status, text, retryAfter } = posted.response
  const response = { status, text }
  if (status >= 200 && status <= 299) return { result: 'succeeded', response }
  const reason = `The endpoint returned ${status}`
  if (status === 410) return { result: 'failed', reason, response }
  const notBefore = parseRetryAfter(retryAfter, now)
  return { result: 'retry', reason, response, ...(notBefore && { notBefore }) }
}

/** Keeps a very large number of seconds within the range of a `Date`. */
const MAX_RETRY_AFTER_MS = 30 * 24 * 60 * 60 * 1000

/** Parses `Retry-After` (RFC 9110, 10.2.3): seconds or a date; undefined for anything else. */
function parseRetryAfter(value = '', now: Date): Date | undefined {
  const seconds = /^\s*(\d+)\s*$/.exec(value)?.[1]
  if (seconds !== undefined) {
    return new Date(now.getTime() + Math.min(Number(seconds) * 1000, MAX_RETRY_AFTER_MS))
  }
  const date = /^[A-Z][a-z]+,/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : new Date(date)
}

function parseDeliveryId(payload: unknown): string {
  return Payload.parse(payload).deliveryId
}
