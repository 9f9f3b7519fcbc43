import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'
import type { QueueWarning, RemoteResponse } from '../jobs/job.ts'
import { failWaitingJobs } from '../jobs/manage/manage.ts'
import { WHERE_TO_READ_MORE } from '../jobs/manage/warnings.ts'
import { failDeliveries } from './delivery-repository.ts'
import { selectEndpointJobs } from './job-group.ts'
import {
  findDisabledEndpointIds,
  findFailingEndpointIds,
  markDisabled,
  updateEndpointRow,
} from './repository.ts'
import type { EndpointRecord } from './webhook.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** An endpoint is disabled when every delivery has failed for this long. */
const DISABLE_AFTER_MS = 5 * DAY_MS

/** Failures further apart than this do not belong to one run: retries of a delivery are closer. */
const MAX_FAILURE_GAP_MS = 2 * DAY_MS

/** Why we disable an endpoint, as its owner reads it. Stored, and searched for by `/ready`. */
const disabledReasons = {
  gone: 'The endpoint returned 410 Gone',
  failing: 'Every delivery to the endpoint failed for five days',
} as const

/** How an endpoint responded to an attempt. */
type Attempt = Pick<RemoteResponse, 'status' | 'url'> & { isDelivered: boolean }

/** Records a success or failure of an endpoint; disables it after a 410 or five days of failures. */
export async function recordHealth(
  trx: Trx,
  { log }: Context,
  endpoint: EndpointRecord,
  { isDelivered, status, url }: Attempt,
  now: Date,
): Promise<void> {
  const { id, failingSince, failedAt } = endpoint
  // The URL was changed during the attempt, which says nothing about the new one.
  if (url !== undefined && url !== endpoint.url) return
  if (isDelivered) {
    if (failingSince !== null) await updateEndpointRow(trx, id, { failing_since: null })
    return
  }
  const isNewRun =
    failingSince === null ||
    // Recorded while the clock was ahead.
    Date.parse(failingSince) > now.getTime() ||
    (failedAt !== null && now.getTime() - Date.parse(failedAt) > MAX_FAILURE_GAP_MS)
  const since = isNewRun ? now.toISOString() : failingSince
  await updateEndpointRow(trx, id, { failing_since: since, failed_at: now.toISOString() })
  const reason = findDisabledReason(status, since, now)
  if (reason && (await disableEndpoint(trx, id, reason, now))) {
    log.warn({ warning: `${id} was disabled: ${reason}` }, 'webhook')
  }
}

function findDisabledReason(
  status: RemoteResponse['status'],
  failingSince: string,
  now: Date,
): string | undefined {
  if (status === 410) return disabledReasons.gone
  const failingMs = now.getTime() - Date.parse(failingSince)
  return failingMs >= DISABLE_AFTER_MS ? disabledReasons.failing : undefined
}

/**
 * Disables an endpoint and fails its pending deliveries; false if it was disabled already. The
 * reason is null when the owner disables it.
 */
export async function disableEndpoint(
  trx: Trx,
  endpointId: string,
  reason: string | null,
  now: Date,
): Promise<boolean> {
  if (!(await markDisabled(trx, endpointId, reason, now))) return false
  await failPendingDeliveries(trx, endpointId, reason, now)
  return true
}

/** Fails the pending deliveries of a disabled endpoint; they can be retried once it is enabled. */
export async function failPendingDeliveries(
  trx: Trx,
  endpointId: string,
  disabledReason: string | null,
  now: Date,
): Promise<void> {
  const reason = describeDisabledReason(disabledReason)
  await failWaitingJobs(trx, selectEndpointJobs(endpointId), reason, now)
  await failDeliveries(trx, endpointId, reason, now)
}

/** The reason that a delivery to a disabled endpoint fails with. */
export function describeDisabledReason(disabledReason: string | null): string {
  return disabledReason ?? 'The endpoint is disabled'
}

/** Finds the endpoints whose latest deliveries failed, so that they get fewer slots. */
export function findFailingEndpoints(db: Db): Promise<string[]> {
  return findFailingEndpointIds(db)
}

const MAX_NAMED_ENDPOINTS = 5

/** Warns the operator of endpoints that we disabled because every delivery failed. */
export async function findWebhookWarnings(db: Db): Promise<QueueWarning[]> {
  const ids = await findDisabledEndpointIds(db, disabledReasons.failing)
  if (ids.length === 0) return []
  const others = ids.length - MAX_NAMED_ENDPOINTS
  const named =
    ids.slice(0, MAX_NAMED_ENDPOINTS).join(', ') + (others > 0 ? ` and ${others} more` : '')
  const what =
    'webhooks: disabled after five days of failed deliveries, until their owners enable them'
  return [
    {
      summary: `${what}: ${ids.length} in number. ${WHERE_TO_READ_MORE}`,
      detail: `${what}: ${named}`,
    },
  ]
}
