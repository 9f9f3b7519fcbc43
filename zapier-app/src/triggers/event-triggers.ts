import type { EventType } from '@passwright/shared'
import { eventTrigger } from './event-trigger.ts'

/** The events that people act on; another is a row here. */
const actedOn: EventType[] = [
  'pass.created',
  'pass.updated',
  'pass.voided',
  'pass.downloaded',
  'email.sent',
  'email.failed',
]

/** One visible trigger for each. */
export const eventTriggers = actedOn.map(eventTrigger)
