import type { Trx } from '../db/database.ts'
import { deleteWaitingJobs, failWaitingJobs } from '../jobs/concurrency.ts'
import { failDeliveries } from './delivery-repository.ts'
import { deleteWebhook, markDisabled } from './repository.ts'

/** Why we disable endpoints, in the words that their owners read. */
export const disableReasons = {
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
  await failPendingDeliveries(trx, webhookId, because, now)
  return true
}

/** Gives up what waits for a disabled endpoint; it can be sent again once that is enabled. */
export async function failPendingDeliveries(
  trx: Trx,
  webhookId: string,
  because: string | null,
  now: Date,
): Promise<void> {
  const reason = describeDisabled(because)
  await failWaitingJobs(trx, { kind: 'webhook', target: webhookId }, reason, now)
  await failDeliveries(trx, webhookId, reason, now)
}

/** Why nothing is sent to a disabled endpoint. */
export function describeDisabled(because: string | null): string {
  return because ?? byOwner
}

/** Forgets an endpoint and what waits for it; what was sent to it goes from the books in its time. */
export async function removeWebhook(trx: Trx, webhookId: string): Promise<void> {
  await deleteWebhook(trx, webhookId)
  await deleteWaitingJobs(trx, { kind: 'webhook', target: webhookId })
}
