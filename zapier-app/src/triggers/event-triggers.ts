import type { EventType } from '@passwright/shared'
import { buildEventTrigger } from './event-trigger.ts'

/** The events that have a trigger; to add one, add a row. */
const triggerEvents: EventType[] = [
  'pass.created',
  'pass.updated',
  'pass.voided',
  'pass.downloaded',
  'email.sent',
  'email.failed',
]

/** One instant trigger for each of these events. */
export const eventTriggers = triggerEvents.map(buildEventTrigger)
