import type { EventType } from './events.ts'

/** A webhook endpoint; `events` is null when it receives all of them. */
export interface Webhook {
  id: string
  url: string
  events: EventType[] | null
  description: string | null
  enabled: boolean
  disabledReason?: string
  createdAt: string
  lastUpdated: string
}

/** A webhook endpoint with its secret, which is shown only when it is created or rotated. */
export type NewWebhook = Webhook & { secret?: string }

/** Header names of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com). */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

/** By how much a delivery's timestamp may differ from the receiver's clock. */
export const webhookToleranceSeconds = 300

/** Builds the string that is signed: id, timestamp in whole seconds and the exact body, joined by dots. */
export function buildWebhookSignedContent(id: string, timestamp: number, body: string): string {
  return `${id}.${timestamp}.${body}`
}
