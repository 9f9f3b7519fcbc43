import type { Trx } from '../db/database.ts'
import { dropJobsFor, failJobsFor } from '../jobs/concurrency.ts'
import { failDeliveries } from './delivery-repository.ts'
import { deleteWebhook, markDisabled } from './repository.ts'

/** Why we disable endpoints, in the words that their owners read. */
export const disabledBecause = {
  gone: 'The endpoint answered 410 Gone',
  failing: 'The endpoint has done nothing but fail for five days',
} as const

/** Why nothing is sent to an endpoint that its owner disabled. */
const byOwner = 'The endpoint is disabled'

/** Disables an endpoint and gives up what waits for it; false when it was disabled already. */
export async function disableWebhook(
  trx: Trx,
  webhookId: string,
  because: string | null,
  now: Date,
): Promise<boolean> {
  if (!(await markDisabled(trx, webhookId, because, now))) return false
  await giveUpWaiting(trx, webhookId, because, now)
  return true
}

/** Gives up what waits for a disabled endpoint; it can be sent again once that is enabled. */
export async function giveUpWaiting(
  trx: Trx,
  webhookId: string,
  because: string | null,
  now: Date,
): Promise<void> {
  const reason = whyDisabled(because)
  await failJobsFor(trx, { kind: 'webhook', target: webhookId }, reason, now)
  await failDeliveries(trx, webhookId, reason, now)
}

/** Why nothing is sent to a disabled endpoint. */
export function whyDisabled(because: string | null): string {
  return because ?? byOwner
}

/** Forgets an endpoint and what waits for it; what was sent to it goes from the books in its time. */
export async function forgetWebhook(trx: Trx, webhookId: string): Promise<void> {
  await deleteWebhook(trx, webhookId)
  await dropJobsFor(trx, { kind: 'webhook', target: webhookId })
}
