import type { Generated } from 'kysely'

/** What passes are made of, and how they are found. */
export interface PassTables {
  pass: PassTable
  pass_metadata: PassMetadataTable
  search_owner: SearchOwnerTable
  search_pass: SearchPassTable
  search_word: SearchWordTable
  pass_image: PassImageTable
  image: ImageTable
  adjustment: AdjustmentTable
  pass_type: PassTypeTable
  certificate_warning: CertificateWarningTable
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

/** The number of an owner in the search index. */
interface SearchOwnerTable {
  number: Generated<number>
  key_id: string
}

/** The number of a pass in the search index; one that nobody can find any more has none. */
interface SearchPassTable {
  number: Generated<number>
  owner: number
  serial_number: string
}

/** A word that a pass is found by, in lower case, with the numbers of its owner and of the pass. */
interface SearchWordTable {
  owner: number
  word: string
  pass: number
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

/** A reference that a counter of a pass has counted. */
interface AdjustmentTable {
  serial_number: string
  field: string
  reference: string
  /** Whether the counter reached its maximum with it. */
  reached: number
  created_at: string
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
