/** Emails with passes. */
export interface EmailTables {
  email: EmailTable
  email_count: EmailCountTable
}

interface EmailTable {
  id: string
  key_id: string
  serial_number: string
  recipient: string
  /** The recipient in lower case, for searches. */
  recipient_folded: string
  /** The `name`, `subject` and `message` of the request, as JSON. */
  options: string
  status: string
  reason: string | null
  created_at: string
  updated_at: string
}

interface EmailCountTable {
  key_id: string
  /** In UTC, such as `2027-01-15`. */
  day: string
  used: number
}
