import { toTestOwner } from '../jobs/owner.ts'
import type { EndpointRecord } from './webhook.ts'

/** The owner and the concurrency key of an endpoint's deliveries. */
export interface DeliveryGroup {
  owner: string
  concurrencyKey: string
}

/** The group of an endpoint's deliveries. */
export function toDeliveryGroup({ id, keyId }: EndpointRecord): DeliveryGroup {
  return { owner: keyId, concurrencyKey: id }
}

/** The group of its sample events: they wait behind no other delivery, not even to this endpoint. */
export function toTestGroup({ id, keyId }: EndpointRecord): DeliveryGroup {
  return { owner: toTestOwner(keyId), concurrencyKey: `${id} test` }
}

/** All jobs of an endpoint. */
export function selectEndpointJobs(id: string): { kind: string; concurrencyKeys: string[] } {
  return { kind: 'webhook', concurrencyKeys: [id, `${id} test`] }
}
