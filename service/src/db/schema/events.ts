import type { Generated } from 'kysely'

/** What happened, and whom it is sent to. */
export interface EventTables {
  event: EventTable
  event_position: EventPositionTable
  webhook: WebhookTable
  delivery: DeliveryTable
  statistic: StatisticTable
  installed_pass: InstalledPassTable
}

interface EventTable {
  key_id: string
  position: number
  id: string
  type: string
  created_at: string
  data: string
  /** The pass that it is about; null where it is about none. */
  serial_number: Generated<string | null>
}

/** The position of the latest event of a key. */
interface EventPositionTable {
  key_id: string
  value: number
  /** The timestamp of the event at this position. */
  at: string | null
}

/** A webhook endpoint. */
interface WebhookTable {
  id: string
  key_id: string
  url: string
  /** The event types that it receives, as JSON; `null` for all. */
  events: string
  description: string | null
  enabled: number
  /** Why we disabled it; null while it is enabled, or if its owner disabled it. */
  disabled_reason: string | null
  /** The number that the current secret is derived from; each rotation adds one. */
  secret_number: number
  /** When the secret was rotated, latest first, as JSON; the one before also signs for a day. */
  rotations: string
  /** When the current run of failures began; null after a success. */
  failing_since: string | null
  /** The time of the latest failure. */
  failed_at: string | null
  created_at: string
  updated_at: string
}

/** One event sent to one webhook endpoint. */
interface DeliveryTable {
  id: string
  webhook_id: string
  event_id: string
  event_type: string
  /** The exact body that each attempt sends and signs. */
  body: string
  job_id: string
  /** `pending`, `delivered` or `failed`. */
  state: string
  attempts: number
  /** The HTTP status of the latest response. */
  status: number | null
  /** The beginning of the body of the latest response. */
  response_text: string | null
  /** Why the latest attempt did not succeed. */
  reason: string | null
  created_at: string
  updated_at: string
}

/** What happened on one UTC day to a key's passes of one template. */
interface StatisticTable {
  key_id: string
  /** Empty for passes without a template. */
  template_id: string
  /** In UTC, such as `2027-01-15`. */
  day: string
  created: Generated<number>
  mailed: Generated<number>
  mail_failed: Generated<number>
  opened: Generated<number>
  downloaded: Generated<number>
  installed_apple: Generated<number>
  installed_google: Generated<number>
  removed: Generated<number>
  voided: Generated<number>
}

/** A pass that is or was in a wallet. */
interface InstalledPassTable {
  serial_number: string
}
