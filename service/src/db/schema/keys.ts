import type { Generated } from 'kysely'

/** A key, what it may use, and what it has asked for already. */
export interface KeyTables {
  api_key: ApiKeyTable
  api_secret: ApiSecretTable
  quota: QuotaTable
  signup: SignupTable
  idempotency: IdempotencyTable
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
