/** What Google holds of passes. */
export interface GoogleTables {
  google_pass: GooglePassTable
  google_message: GoogleMessageTable
  google_class: GoogleClassTable
  google_nonce: GoogleNonceTable
  google_image: GoogleImageTable
  google_pace: GooglePaceTable
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
