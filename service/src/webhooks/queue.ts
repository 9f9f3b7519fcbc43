import type { EventRecord } from '@passwright/shared'
import { keyAllows } from '../accounts/auth.ts'
import type { Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import { insertDelivery } from './delivery-repository.ts'
import { type DeliveryGroup, toDeliveryGroup, toTestGroup } from './job-group.ts'
import { findEndpoints } from './repository.ts'
import type { DeliveryRecord, EndpointRecord } from './webhook.ts'

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
  if (endpoints.length === 0 || !(await keyAllows(trx, keyId, 'webhooks', now))) return
  for (const endpoint of endpoints) {
    await queueDelivery(trx, endpoint.id, toDeliveryGroup(endpoint), event, now)
  }
}

/** Queues the delivery of a sample event to one endpoint. */
export async function queueTestDelivery(
  trx: Trx,
  endpoint: EndpointRecord,
  event: EventRecord,
  now: Date,
): Promise<DeliveryRecord> {
  return queueDelivery(trx, endpoint.id, toTestGroup(endpoint), event, now)
}

/** Queues the delivery of an event to one endpoint; every attempt sends the body that is built here. */
async function queueDelivery(
  trx: Trx,
  endpointId: string,
  group: DeliveryGroup,
  event: EventRecord,
  now: Date,
): Promise<DeliveryRecord> {
  const id = createId('dlv')
  const jobId = await enqueue(trx, { kind: 'webhook', payload: { deliveryId: id }, ...group, now })
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
