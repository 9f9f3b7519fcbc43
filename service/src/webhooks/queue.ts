import type { EventRecord } from '@passwright/shared'
import { keyAllows } from '../accounts/auth.ts'
import type { Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { enqueue } from '../jobs/queue.ts'
import { insertDelivery } from './delivery-repository.ts'
import { findEndpoints } from './repository.ts'
import type { DeliveryRecord } from './webhook.ts'

/** Queues a delivery to every enabled endpoint of a key that receives events of this type. */
export async function queueDeliveries(
  trx: Trx,
  keyId: string,
  event: EventRecord,
  now: Date,
): Promise<void> {
  const endpoints = (await findEndpoints(trx, keyId)).filter(
    ({ enabled, events }) => enabled && (events?.includes(event.type) ?? true),
  )
  if (endpoints.length === 0 || !(await keyAllows(trx, keyId, 'webhooks'))) return
  for (const { id } of endpoints) await queueDelivery(trx, id, event, now)
}

/** Queues the delivery of an event to one endpoint; every attempt sends the body that is built here. */
export async function queueDelivery(
  trx: Trx,
  endpointId: string,
  event: EventRecord,
  now: Date,
): Promise<DeliveryRecord> {
  const id = createId('dlv')
  const payload = { deliveryId: id }
  const jobId = await enqueue(trx, { kind: 'webhook', payload, concurrencyKey: endpointId, now })
  const { id: eventId, type, timestamp, data } = event
  const delivery: DeliveryRecord = {
    id,
    endpointId,
    eventId,
    eventType: type,
    body: JSON.stringify({ id: eventId, type, timestamp, data }),
    jobId,
    state: 'pending',
    attempts: 0,
    status: null,
    responseText: null,
    reason: null,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }
  await insertDelivery(trx, delivery)
  return delivery
}
