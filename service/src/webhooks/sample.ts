import { randomBytes } from 'node:crypto'
import { type EventRecord, eventTypes, sampleEvent } from '@passwright/shared'
import type { WebhookRecord } from './webhook.ts'

/** A made-up event of the first type that an endpoint wants; its id tells that it never happened. */
export function buildTestEvent({ events }: Pick<WebhookRecord, 'events'>, now: Date): EventRecord {
  const [type = eventTypes[0]] = events ?? eventTypes
  return {
    ...sampleEvent(type),
    id: `evt_test_${randomBytes(10).toString('hex')}`,
    timestamp: now.toISOString(),
  }
}
