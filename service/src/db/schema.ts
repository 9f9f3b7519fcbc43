/** The tables. Instants are ISO 8601 in UTC with milliseconds, JSON is text, truth is 0 or 1. */
export interface Database {
  api_key: ApiKeyTable
  api_secret: ApiSecretTable
  quota: QuotaTable
  pass: PassTable
  pass_metadata: PassMetadataTable
  image: ImageTable
  idempotency: IdempotencyTable
  event: EventTable
  event_position: EventPositionTable
  once: OnceTable
  job: JobTable
  lane: LaneTable
  email: EmailTable
  email_count: EmailCountTable
  signup: SignupTable
  webhook: WebhookTable
  delivery: DeliveryTable
}

/** A key's owner, plan and name; its secrets come and go, it stays. */
interface ApiKeyTable {
  id: string
  name: string
  plan: string
  created_at: string
  revoked_at: string | null
}

interface ApiSecretTable {
  /** SHA-256 of the key in hex. */
  hash: string
  key_id: string
  created_at: string
  /** From then on it is refused; null while it is the current one. */
  ends_at: string | null
}

interface QuotaTable {
  key_id: string
  /** UTC month, `2027-01`. */
  month: string
  used: number
}

interface PassTable {
  serial_number: string
  key_id: string
  /** The unguessable part of the share address. */
  token: string
  external_id: string | null
  pass_type_identifier: string
  /** The `PassSpec` as JSON. */
  spec: string
  /** `{ logo: [hash at 1x, 2x, 3x] }` as JSON. */
  images: string
  voided: number
  created_at: string
  updated_at: string
  /** The last mail with it. */
  email_id: string | null
  /** Deleted passes stay to be told of; their `external_id` is free again. */
  deleted_at: string | null
  former_external_id: string | null
  /** The UTC day on which a download was last told of. */
  downloaded_on: string | null
}

interface PassMetadataTable {
  serial_number: string
  name: string
  value: string
}

interface ImageTable {
  /** SHA-256 of the PNG in hex. */
  hash: string
  content: Uint8Array
}

interface IdempotencyTable {
  key_id: string
  idempotency_key: string
  /** SHA-256 of method, path, query and JSON. */
  fingerprint: string
  status: number
  headers: string
  body: Uint8Array
  created_at: string
}

interface EventTable {
  key_id: string
  position: number
  id: string
  type: string
  created_at: string
  data: string
}

interface EventPositionTable {
  key_id: string
  value: number
  /** The timestamp of the event that has it. */
  at: string | null
}

/** What is done once in the life of a database, whoever comes first. */
interface OnceTable {
  name: string
  at: string
}

/** What shall happen later; written in the transaction that wants it. */
interface JobTable {
  id: string
  kind: string
  payload: string
  /** `waiting`, also while somebody works on it, `done` or `failed`. */
  state: string
  /** When it may be claimed: a delay, a back-off, or the end of a worker's lease. */
  run_at: string
  attempts: number
  /** Whom it is for, where several share a way out and none may hold up the others. */
  target: string | null
  /** The worker whose lease it is under. */
  claim: string | null
  /** Why the last attempt did not do it. */
  reason: string | null
  created_at: string
  finished_at: string | null
}

/** A way out that is in trouble, such as a mail server that refuses us; absent while all is well. */
interface LaneTable {
  name: string
  trouble: string
  since: string
  /** Nothing is tried before; null when the trouble does not stop the others. */
  paused_until: string | null
  /** How many pauses in a row, so that they grow. */
  pauses: number
}

interface EmailTable {
  id: string
  key_id: string
  serial_number: string
  recipient: string
  /** In lower case, to be found by. */
  recipient_folded: string
  /** `{ name, subject, message }` as they were given, as JSON. */
  wish: string
  status: string
  reason: string | null
  created_at: string
  updated_at: string
}

interface EmailCountTable {
  key_id: string
  /** UTC day, `2027-01-15`. */
  day: string
  used: number
}

/** Which key an address was given; one per address. */
interface SignupTable {
  /** In lower case. */
  address: string
  key_id: string
  /** When the mail server took the mail with the key. */
  mailed_at: string | null
  /** When it last took one that says that there is a key already. */
  told_at: string | null
}

interface WebhookTable {
  id: string
  key_id: string
  url: string
  /** The types that it wants, as JSON; `null` for all. */
  events: string
  description: string | null
  enabled: number
  /** Why we disabled it; null while it is enabled, or when its owner did. */
  disabled_because: string | null
  /** Which of the secrets derived for it signs now; goes up with each rotation. */
  secret_number: number
  /** When the secret was changed, the newest first, as JSON: each one before signs too for a day. */
  rotations: string
  /** Since when nothing but failures; null after a success. */
  failing_since: string | null
  /** When the last of all failures was. */
  failed_at: string | null
  created_at: string
  updated_at: string
}

interface DeliveryTable {
  id: string
  webhook_id: string
  event_id: string
  event_type: string
  /** The exact bytes that are sent and signed at each attempt. */
  body: string
  job_id: string
  /** `pending`, `delivered` or `failed`. */
  state: string
  attempts: number
  /** The HTTP status of the last answer. */
  status: number | null
  /** The beginning of what the last answer said. */
  answer: string | null
  /** Why the last attempt did not do it. */
  reason: string | null
  created_at: string
  updated_at: string
}
