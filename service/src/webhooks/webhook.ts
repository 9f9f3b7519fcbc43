import type { EventType } from '@passwright/shared'
import type { Delivery, Webhook } from '@passwright/shared/schema'

/** An endpoint as it is stored. */
export interface WebhookRecord {
  id: string
  keyId: string
  url: string
  /** Null when it wants all. */
  events: EventType[] | null
  description: string | null
  enabled: boolean
  /** Why we disabled it; null while it is enabled, or when its owner did. */
  disabledReason: string | null
  /** Which of its secrets signs now. */
  secretNumber: number
  /** When it was changed, the newest first, as far as the one before still signs. */
  rotations: string[]
  /** Since when nothing but failures. */
  failingSince: string | null
  /** When the last of all failures was. */
  failedAt: string | null
  createdAt: string
  updatedAt: string
}

/** One event on its way to one endpoint, as it is stored. */
export interface DeliveryRecord {
  id: string
  webhookId: string
  eventId: string
  eventType: string
  /** The exact bytes that are sent at each attempt. */
  body: string
  jobId: string
  state: Delivery['state']
  attempts: number
  status: number | null
  answer: string | null
  reason: string | null
  createdAt: string
  updatedAt: string
}

/** An endpoint as it is told of: without its secret. */
export function toApiWebhook(record: WebhookRecord): Webhook {
  const { id, url, events, description, enabled, disabledReason, createdAt, updatedAt } = record
  return {
    id,
    url,
    events,
    description,
    enabled,
    ...(disabledReason !== null && { disabledReason: disabledReason }),
    createdAt,
    lastUpdated: updatedAt,
  }
}

/** A delivery as it is told of. */
export function toApiDelivery(record: DeliveryRecord): Delivery {
  const { id, eventId, eventType, state, attempts, status, answer, reason } = record
  return {
    id,
    eventId,
    type: eventType,
    state,
    attempts,
    status,
    answer,
    reason,
    createdAt: record.createdAt,
    lastUpdated: record.updatedAt,
  }
}
