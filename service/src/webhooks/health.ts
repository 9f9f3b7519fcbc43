import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import type { RemoteResponse } from '../jobs/job.ts'
import { disableReasons, disableWebhook } from './disable.ts'
import { findFailingWebhooks, updateWebhook } from './repository.ts'
import type { WebhookRecord } from './webhook.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** For how long an endpoint may do nothing but fail. */
const PATIENCE_MS = 5 * DAY_MS

/** No two tries of one delivery lie so far apart: a failure before that was another trouble. */
const FORGOTTEN_MS = 2 * DAY_MS

/** The endpoints that do nothing but fail just now, so that they do not hold up the others. */
export function findFailingEndpoints(db: Db): Promise<string[]> {
  return findFailingWebhooks(db)
}

/** Writes down what an attempt tells of the endpoint itself; disables one that has no use any more. */
export async function recordHealth(
  trx: Trx,
  { log }: Context,
  { id, url, failingSince, failedAt }: WebhookRecord,
  { isDelivered, status, from }: { isDelivered: boolean } & Pick<RemoteResponse, 'status' | 'from'>,
  now: Date,
): Promise<void> {
  // What an address did that it had before is nothing to hold against it.
  if (from !== undefined && from !== url) return
  if (isDelivered) {
    if (failingSince !== null) await updateWebhook(trx, id, { failing_since: null })
    return
  }
  const isLongAgo = failedAt !== null && now.getTime() - Date.parse(failedAt) > FORGOTTEN_MS
  const since = failingSince === null || isLongAgo ? now.toISOString() : failingSince
  await updateWebhook(trx, id, { failing_since: since, failed_at: now.toISOString() })
  const because = whyDisable(status, since, now)
  if (because && (await disableWebhook(trx, id, because, now))) {
    log.warn({ warning: `${id} was disabled: ${because}` }, 'webhook')
  }
}

function whyDisable(
  status: RemoteResponse['status'],
  failingSince: string,
  now: Date,
): string | undefined {
  if (status === 410) return disableReasons.gone
  const isLost = now.getTime() - Date.parse(failingSince) >= PATIENCE_MS
  return isLost ? disableReasons.failing : undefined
}
