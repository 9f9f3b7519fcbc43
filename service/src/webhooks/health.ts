import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import type { Reply } from '../jobs/job.ts'
import { disabledBecause, disableWebhook } from './disable.ts'
import type { WebhookRecord } from './record.ts'
import { updateWebhook } from './store.ts'

/** For how long an endpoint may do nothing but fail. */
const PATIENCE_MS = 5 * 24 * 60 * 60 * 1000

/** Writes down what an attempt tells of the endpoint itself; disables one that has no use any more. */
export async function noteHealth(
  trx: Trx,
  { log }: Context,
  { id, failingSince }: WebhookRecord,
  { isDelivered, status }: { isDelivered: boolean; status: Reply['status'] },
  now: Date,
): Promise<void> {
  if (isDelivered) {
    if (failingSince !== null) await updateWebhook(trx, id, { failing_since: null })
    return
  }
  if (failingSince === null) await updateWebhook(trx, id, { failing_since: now.toISOString() })
  const because = whyDisable(status, failingSince, now)
  if (because && (await disableWebhook(trx, id, because, now))) {
    log.warn({ warning: `${id} was disabled: ${because}` }, 'webhook')
  }
}

function whyDisable(
  status: Reply['status'],
  failingSince: string | null,
  now: Date,
): string | undefined {
  if (status === 410) return disabledBecause.gone
  const isLost = failingSince !== null && now.getTime() - Date.parse(failingSince) >= PATIENCE_MS
  return isLost ? disabledBecause.failing : undefined
}
