import { z } from 'zod'
import type { AttemptResult, Handler, RemoteResponse } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import type { PostResult } from '../net/safe-post.ts'
import { findDeliveryWithWebhook, updateDelivery } from './delivery-repository.ts'
import { describeDisabled, failPendingDeliveries } from './disable.ts'
import { recordHealth } from './health.ts'
import { ownerMayUseWebhooks } from './repository.ts'
import { deriveSigningSecrets } from './secret.ts'
import { buildWebhookHeaders } from './signing.ts'

const Payload = z.strictObject({ deliveryId: z.string() })

/** What a delivery is called while its job is in one state or another. */
const states = { done: 'delivered', failed: 'failed', waiting: 'pending' } as const

/** Sends one event to one endpoint, and tells what became of it. */
export const deliverWebhook: Handler = {
  schedule: retrySchedules.webhooks,
  about: deliveryIdOf,
  jitter: 0.1,

  attempt: async (ctx, job) => {
    const sending = await findDeliveryWithWebhook(ctx.db, deliveryIdOf(job.payload))
    // The endpoint was deleted meanwhile: nobody waits for it.
    if (!sending) return { result: 'succeeded' }
    const { delivery, webhook } = sending
    if (!webhook.enabled) {
      return { result: 'failed', reason: describeDisabled(webhook.disabledReason) }
    }
    if (!(await ownerMayUseWebhooks(ctx.db, webhook.keyId))) {
      return { result: 'failed', reason: 'The key of the endpoint may not have webhooks any more' }
    }
    const { eventId: id, body } = delivery
    const now = ctx.now()
    const secrets = deriveSigningSecrets(ctx, webhook)
    const headers = buildWebhookHeaders({ id, body, now, secrets })
    const outcome = outcomeOf(await ctx.post(webhook.url, { headers, body }), ctx.now())
    return { ...outcome, response: { ...outcome.response, from: webhook.url } }
  },

  record: async (trx, ctx, job, { state, reason = null, response, now }) => {
    const sending = await findDeliveryWithWebhook(trx, deliveryIdOf(job.payload))
    if (!sending) return
    const { delivery, webhook } = sending
    const answer = response && {
      status: response.status,
      answer: response.text,
      attempts: delivery.attempts + 1,
    }
    const change = { state: states[state], reason, updated_at: now.toISOString(), ...answer }
    await updateDelivery(trx, delivery.id, change)
    if (response) {
      const told = { isDelivered: state === 'done', ...response }
      await recordHealth(trx, ctx, webhook, told, now)
    }
    // It was disabled while we tried: this one need not wait for its next turn to learn of it.
    if (response && state === 'waiting' && !webhook.enabled) {
      await failPendingDeliveries(trx, webhook.id, webhook.disabledReason, now)
    }
  },
}

function outcomeOf(posted: PostResult, now: Date): AttemptResult & { response: RemoteResponse } {
  if (posted.outcome !== 'answered') {
    const response = { status: null, text: null }
    return { result: 'retry', reason: `The endpoint ${posted.why}`, response }
  }
  const { status, text, retryAfter } = posted.answer
  const response = { status, text }
  if (status >= 200 && status <= 299) return { result: 'succeeded', response }
  const reason = `The endpoint answered ${status}`
  if (status === 410) return { result: 'failed', reason, response }
  const notBefore = readRetryAfter(retryAfter, now)
  return { result: 'retry', reason, response, ...(notBefore && { notBefore }) }
}

/** Further than any date we mean; a number of seconds may be beyond what a date can be. */
const LONGEST_MS = 30 * 24 * 60 * 60 * 1000

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; anything else says nothing. */
function readRetryAfter(value = '', now: Date): Date | undefined {
  const seconds = /^\s*(\d+)\s*$/.exec(value)?.[1]
  if (seconds !== undefined) {
    return new Date(now.getTime() + Math.min(Number(seconds) * 1000, LONGEST_MS))
  }
  const date = /^[A-Z][a-z]+,/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : new Date(date)
}

function deliveryIdOf(payload: unknown): string {
  return Payload.parse(payload).deliveryId
}
