import type { Generated } from 'kysely'

/** The tables. Times are ISO 8601 in UTC with milliseconds, JSON is text, booleans are 0 or 1. */
export interface Database {
  api_key: ApiKeyTable
  api_secret: ApiSecretTable
  quota: QuotaTable
  pass: PassTable
  pass_metadata: PassMetadataTable
  pass_word: PassWordTable
  pass_image: PassImageTable
  image: ImageTable
  idempotency: IdempotencyTable
  event: EventTable
  event_position: EventPositionTable
  once: OnceTable
  job: JobTable
  outage: OutageTable
  email: EmailTable
  email_count: EmailCountTable
  signup: SignupTable
  webhook: WebhookTable
  delivery: DeliveryTable
  pass_type: PassTypeTable
  certificate_warning: CertificateWarningTable
  device: DeviceTable
  registration: RegistrationTable
  update_tag: UpdateTagTable
  device_log: DeviceLogTable
  adjustment: AdjustmentTable
  template: TemplateTable
  template_version: TemplateVersionTable
  pass_filling: PassFillingTable
  rollout: RolloutTable
  google_pass: GooglePassTable
  google_message: GoogleMessageTable
  google_class: GoogleClassTable
  google_nonce: GoogleNonceTable
  google_image: GoogleImageTable
  google_pace: GooglePaceTable
  statistic: StatisticTable
  installed_pass: InstalledPassTable
  installation: InstallationTable
}

/** An API key. It keeps its id when its secret is rotated, and owns passes, webhooks and usage. */
interface ApiKeyTable {
  id: string
  name: string
  plan: string
  created_at: string
  revoked_at: string | null
  /** The scopes that it is limited to, as JSON; null for everything. */
  scopes: Generated<string | null>
  /** When it stops being accepted; null for never. */
  expires_at: Generated<string | null>
}

interface ApiSecretTable {
  /** SHA-256 of the secret, in hex. */
  hash: string
  key_id: string
  created_at: string
  /** When it stops being accepted; null for the current secret. */
  ends_at: string | null
}

interface QuotaTable {
  key_id: string
  /** In UTC, such as `2027-01`. */
  month: string
  used: number
}

interface PassTable {
  serial_number: string
  key_id: string
  /** The secret part of the share URL. */
  token: string
  external_id: string | null
  pass_type_identifier: string
  /** The `PassSpec` as JSON. */
  spec: string
  /** Image hashes by slot, at 1x, 2x and 3x, as JSON: `{ logo: [hash, hash, hash] }`. */
  images: string
  /** What lists show of the spec, so that they need not read it. */
  style: string
  title: string
  subtitle: string | null
  barcode_value: string | null
  /** In UTC; that of a deleted pass is the time of its deletion. */
  expiration_date: string | null
  voided: number
  created_at: string
  updated_at: string
  /** The latest email with the pass. */
  email_id: string | null
  /** A deleted pass keeps its row, but not its `external_id`, which may be used again. */
  deleted_at: string | null
  former_external_id: string | null
  /** When the retention of a deleted pass ended and what it said was cleared. */
  cleared_at: string | null
  /** The UTC day of the latest `pass.downloaded` event. */
  downloaded_on: string | null
  /** What devices present to follow the pass; part of its file, and never another one. */
  authentication_token: Generated<string>
  /** When it last changed, in the order of `update_tag`; 0 if it never did. */
  update_tag: Generated<number | string>
  /** Its `Last-Modified` in seconds since 1970; 0 for that of `updated_at`. */
  modified_at: Generated<number | string>
  /** On how many devices it is installed. */
  installs: Generated<number>
  /** The latest message to its holder, and how many there were. */
  message: string | null
  message_number: Generated<number>
  /** When its person was forgotten: it then says nothing, and was deleted. */
  forgotten_at: Generated<string | null>
  /** The template that it was made from, and which version of it. */
  template_id: string | null
  template_version: number | null
}

interface PassMetadataTable {
  key_id: string
  serial_number: string
  name: string
  value: string
}

/** A word that a pass is found by, in lower case. */
interface PassWordTable {
  key_id: string
  word: string
  serial_number: string
}

/** An image that a pass uses. */
interface PassImageTable {
  serial_number: string
  hash: string
}

interface ImageTable {
  /** SHA-256 of the PNG, in hex. */
  hash: string
  content: Uint8Array
  /** When a pass last began to use it, exact to a day. */
  used_at: string
}

interface IdempotencyTable {
  key_id: string
  idempotency_key: string
  /** SHA-256 of the request's method, path, query and JSON. */
  fingerprint: string
  status: number
  headers: string
  /** The body, but for the pass file that it carries. */
  body: Uint8Array
  /** The pass whose file that is; null where the body carries none. */
  file_serial: string | null
  /** Where the file goes: `body` or `applePass`. */
  file_placement: string | null
  /** The pass that the request was about; null where it was about none. */
  serial_number: Generated<string | null>
  created_at: string
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

/** Steps that run once per database, whichever process comes first. */
interface OnceTable {
  name: string
  at: string
}

/** Work to do after the transaction that adds the row. */
interface JobTable {
  id: string
  kind: string
  payload: string
  /** `waiting` (also while a worker runs it), `done` or `failed`. */
  state: string
  /** When it may be claimed: at once, at the next retry, or at the end of a worker's lease. */
  run_at: string
  attempts: number
  /** Whose turn it takes: the id of a key, or a name of its own. */
  owner: string
  /** Jobs with the same key share a concurrency limit; null where the queue has none. */
  concurrency_key: string | null
  /** The worker that has claimed it. */
  claim: string | null
  /** Why the latest attempt did not succeed. */
  reason: string | null
  created_at: string
  finished_at: string | null
}

/** A queue whose jobs cannot succeed at present, such as mail while the mail server refuses us. */
interface OutageTable {
  /** The queue's name. */
  name: string
  reason: string
  since: string
  /** No job runs before this time; null while the queue keeps running. */
  paused_until: string | null
  /** How many times in a row the queue was paused; each pause is longer. */
  pauses: number
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

/** The key that was created for an email address; one per mailbox. */
interface SignupTable {
  /** The mailbox, see `toMailbox`. */
  address: string
  key_id: string
  /** When the mail server accepted the email with the key. */
  mailed_at: string | null
  /** When it last accepted an email saying that the address already has a key. */
  reminded_at: string | null
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

/** A Pass Type ID that was set up at some time. */
interface PassTypeTable {
  pass_type_identifier: string
  /** The oldest beginning of a certificate for it that the service has seen. */
  since: string
}

/** A `certificate.expiring` event that a key has had, or that does not concern it. */
interface CertificateWarningTable {
  key_id: string
  pass_type_identifier: string
  /** When the certificate, or the first of its chain, expires. */
  expires_at: string
  /** The number of days before that: 30, 14, 7, 3 or 1. */
  days: number
}

/** A device that follows passes of one type: each type has its own push token. */
interface DeviceTable {
  id: string
  /** Apple's `deviceLibraryIdentifier`, which only the device knows. */
  library_identifier: string
  pass_type_identifier: string
  push_token: string
  /** When the device last sent its push token. */
  registered_at: string
  /** The latest push to it. */
  push_job_id: string | null
}

/** A pass that a device follows. */
interface RegistrationTable {
  device_id: string
  serial_number: string
  /** When it began, in the order of `update_tag`: from then on the device is told of every change. */
  update_tag: number | string
  created_at: string
}

/** The tag of the latest change of a pass of this type. */
interface UpdateTagTable {
  pass_type_identifier: string
  value: number | string
}

/** An error that devices reported. */
interface DeviceLogTable {
  /** The beginning of the message's SHA-256, in hex. */
  id: string
  message: string
  count: number
  first_at: string
  last_at: string
}

/** A reference that a counter of a pass has counted. */
interface AdjustmentTable {
  serial_number: string
  field: string
  reference: string
  /** Whether the counter reached its maximum with it. */
  reached: number
  created_at: string
}

/** A template; its texts are those of its versions. */
interface TemplateTable {
  id: string
  key_id: string
  /** One of a key's templates has it, but for those that are deleted. */
  name: string
  /** The present version. */
  version: number
  /** How many living passes are made from it, of whatever version. */
  passes: number
  created_at: string
  updated_at: string
  deleted_at: string | null
}

/** A version of a template that is the present one, or that a pass was made from. */
interface TemplateVersionTable {
  template_id: string
  version: number
  /** The inputs as JSON. */
  inputs: string
  /** The body with placeholders as JSON. */
  pass: string
}

/** What a pass of a template was filled in with. */
interface PassFillingTable {
  serial_number: string
  /** Its values, what was set beside them and what was adjusted, as JSON. */
  filling: string
}

/** How far a version of a template has been applied to its passes. */
interface RolloutTable {
  template_id: string
  version: number
  /** `running` or `done`. */
  state: string
  total: number
  done: number
  failed: number
  /** The first failures as JSON, each with its serial number and reason. */
  failures: string
  /** The last pass that was counted: when it was made, and its serial number. */
  position: string
  /** The job that goes on from there. */
  job_id: string
  started_at: string
}

/** A pass that somebody has tapped to save to Google Wallet. */
interface GooglePassTable {
  serial_number: string
  /** Google's class that it was given then, and keeps. */
  class_id: string
  /** The hash of what Google was last told; null while that is not known. */
  said_hash: string | null
  /** When Google first had it. */
  stored_at: string | null
  /** How many have saved it and not removed it again, as far as Google tells. */
  saves: number
  /** The latest job for a change of it. */
  job_id: string | null
  created_at: string
}

/** A message to whoever has saved a pass at Google. */
interface GoogleMessageTable {
  id: string
  serial_number: string
  text: string
  /** When it took one of the few notifications that Google allows a day; null for a silent one. */
  notified_at: string | null
  created_at: string
}

/** A class that Google has. */
interface GoogleClassTable {
  id: string
  said_hash: string
  ensured_at: string
}

/** The nonce of a callback, which counts once. */
interface GoogleNonceTable {
  nonce: string
  received_at: string
}

/** An image as Google gets it: the hash of the PNG, by what it was made of and how. */
interface GoogleImageTable {
  source: string
  hash: string
}

/** When the next request to Google may be sent, in milliseconds since 1970; one row. */
interface GooglePaceTable {
  id: number
  next_at: number | string
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

/** One row: which installation the database belongs to. */
interface InstallationTable {
  id: number
  /** Of the installation secret. */
  fingerprint: string
}
