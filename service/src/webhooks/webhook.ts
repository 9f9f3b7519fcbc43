import type { EventType } from '@passwright/shared'
import type { Delivery, Webhook } from '@passwright/shared/schema'

/** A webhook endpoint as it is stored. */
export interface EndpointRecord {
  id: string
  keyId: string
  url: string
  /** Null if it receives all events. */
  events: EventType[] | null
  description: string | null
  enabled: boolean
  /** Why we disabled it; null while it is enabled, or if its owner disabled it. */
  disabledReason: string | null
  /** The number that the current secret is derived from. */
  secretNumber: number
  /** When the secret was rotated, latest first, for as long as the former secret still signs. */
  rotations: string[]
  /** When the current run of failures began; null after a success. */
  failingSince: string | null
  /** The time of the latest failure. */
  failedAt: string | null
  createdAt: string
  updatedAt: string
}

/** One event sent to one endpoint, as it is stored. */
export interface DeliveryRecord {
  id: string
  endpointId: string
  eventId: string
  eventType: string
  /** The exact body that each attempt sends. */
  body: string
  jobId: string
  state: Delivery['state']
  attempts: number
  /** The HTTP status of the latest response. */
  status: number | null
  /** The beginning of the body of the latest response. */
  responseText: string | null
  /** Why the latest attempt did not succeed. */
  reason: string | null
  createdAt: string
  updatedAt: string
}

/** Builds the API's JSON for an endpoint, without its secret. */
export function toApiWebhook(record: EndpointRecord): Webhook {
  const { id, url, events, description, enabled, disabledReason, createdAt, updatedAt } = record
  return {
    id,
    url,
    events,
    description,
    enabled,
    ...(disabledReason !== null && { disabledReason }),
    createdAt,
    lastUpdated: updatedAt,
  }
}

/** What lists show of a delivery. */
export type DeliverySummary = Omit<DeliveryRecord, 'body'>

/** Builds the API's JSON for a delivery. */
export function toApiDelivery(record: DeliverySummary): Delivery {
  const { id, eventId, eventType, state, attempts, status, responseText, reason } = record
  return {
    id,
    eventId,
    type: eventType,
    state,
    attempts,
    status,
    answer: responseText,
    reason,
    createdAt: record.createdAt,
    lastUpdated: record.updatedAt,
  }
}
