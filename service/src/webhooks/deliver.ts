import { z } from 'zod'
import type { Handler, Outcome, Reply } from '../jobs/job.ts'
import { schedules } from '../jobs/retry-schedule.ts'
import type { Posted } from '../net/safe-post.ts'
import { findSending, updateDelivery } from './delivery-repository.ts'
import { giveUpWaiting, whyDisabled } from './disable.ts'
import { noteHealth } from './health.ts'
import { ownerMayHear } from './repository.ts'
import { signingSecrets } from './secret.ts'
import { webhookHeadersFor } from './signing.ts'

const Payload = z.strictObject({ deliveryId: z.string() })

/** What a delivery is called while its job is in one state or another. */
const states = { done: 'delivered', failed: 'failed', waiting: 'pending' } as const

/** Sends one event to one endpoint, and tells what became of it. */
export const deliverWebhook: Handler = {
  schedule: schedules.webhooks,
  about: deliveryIdOf,
  jitter: 0.1,

  attempt: async (ctx, job) => {
    const sending = await findSending(ctx.db, deliveryIdOf(job.payload))
    // The endpoint was deleted meanwhile: nobody waits for it.
    if (!sending) return { verdict: 'done' }
    const { delivery, webhook } = sending
    if (!webhook.enabled) {
      return { verdict: 'never', reason: whyDisabled(webhook.disabledBecause) }
    }
    if (!(await ownerMayHear(ctx.db, webhook.keyId))) {
      return { verdict: 'never', reason: 'The key of the endpoint may not have webhooks any more' }
    }
    const { eventId: id, body } = delivery
    const now = ctx.now()
    const secrets = signingSecrets(ctx, webhook)
    const headers = webhookHeadersFor({ id, body, now, secrets })
    const outcome = outcomeOf(await ctx.post(webhook.url, { headers, body }), ctx.now())
    return { ...outcome, reply: { ...outcome.reply, from: webhook.url } }
  },

  record: async (trx, ctx, job, { state, reason = null, reply, now }) => {
    const sending = await findSending(trx, deliveryIdOf(job.payload))
    if (!sending) return
    const { delivery, webhook } = sending
    const answer = reply && {
      status: reply.status,
      answer: reply.text,
      attempts: delivery.attempts + 1,
    }
    const change = { state: states[state], reason, updated_at: now.toISOString(), ...answer }
    await updateDelivery(trx, delivery.id, change)
    if (reply) {
      const told = { isDelivered: state === 'done', ...reply }
      await noteHealth(trx, ctx, webhook, told, now)
    }
    // It was disabled while we tried: this one need not wait for its next turn to learn of it.
    if (reply && state === 'waiting' && !webhook.enabled) {
      await giveUpWaiting(trx, webhook.id, webhook.disabledBecause, now)
    }
  },
}

function outcomeOf(posted: Posted, now: Date): Outcome & { reply: Reply } {
  if (posted.outcome !== 'answered') {
    const reply = { status: null, text: null }
    return { verdict: 'later', reason: `The endpoint ${posted.why}`, reply }
  }
  const { status, text, retryAfter } = posted.answer
  const reply = { status, text }
  if (status >= 200 && status <= 299) return { verdict: 'done', reply }
  const reason = `The endpoint answered ${status}`
  if (status === 410) return { verdict: 'never', reason, reply }
  const notBefore = readRetryAfter(retryAfter, now)
  return { verdict: 'later', reason, reply, ...(notBefore && { notBefore }) }
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
