import { randomBytes } from 'node:crypto'
import type { EventRecord } from '@passwright/shared'
import type { Trx } from '../db/database.ts'
import { enqueue } from '../jobs/queue.ts'
import { insertDelivery } from './delivery-repository.ts'
import { findWebhooks, ownerMayUseWebhooks } from './repository.ts'
import type { DeliveryRecord } from './webhook.ts'

/** Writes down, in the transaction of an event, that every endpoint that wants it shall get it. */
export async function queueDeliveries(
  trx: Trx,
  keyId: string,
  event: EventRecord,
  now: Date,
): Promise<void> {
  const webhooks = await findWebhooks(trx, keyId)
  const wanting = webhooks.filter(
    ({ enabled, events }) => enabled && (events?.includes(event.type) ?? true),
  )
  if (wanting.length === 0 || !(await ownerMayUseWebhooks(trx, keyId))) return
  for (const { id } of wanting) await queueDelivery(trx, id, event, now)
}

/** Writes down that one endpoint shall get an event, as the bytes that every attempt sends. */
export async function queueDelivery(
  trx: Trx,
  webhookId: string,
  event: EventRecord,
  now: Date,
): Promise<DeliveryRecord> {
  const id = `dlv_${randomBytes(10).toString('hex')}`
  const payload = { deliveryId: id }
  const jobId = await enqueue(trx, { kind: 'webhook', payload, concurrencyKey: webhookId, now })
  const { id: eventId, type, timestamp, data } = event
  const delivery: DeliveryRecord = {
    id,
    webhookId,
    eventId,
    eventType: type,
    body: JSON.stringify({ id: eventId, type, timestamp, data }),
    jobId,
    state: 'pending',
    attempts: 0,
    status: null,
    answer: null,
    reason: null,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
  await insertDelivery(trx, delivery)
  return delivery
}
