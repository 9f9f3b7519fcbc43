import { buildEventTrigger, type EventTriggerRow } from './event-trigger.ts'

/** The events that have a trigger; to add one, add a row. */
const rows: EventTriggerRow[] = [
  { type: 'pass.created', label: 'New Pass' },
  { type: 'pass.updated' },
  { type: 'pass.voided', when: 'a pass is voided.' },
  { type: 'pass.unvoided' },
  { type: 'pass.deleted' },
  { type: 'pass.installed' },
  { type: 'pass.removed' },
  { type: 'pass.counter_reached' },
  { type: 'pass.downloaded' },
  { type: 'template.applied' },
  { type: 'email.sent' },
  { type: 'email.failed' },
  { type: 'certificate.expiring' },
]

/** One instant trigger for each of these events. */
export const eventTriggers = rows.map(buildEventTrigger)
