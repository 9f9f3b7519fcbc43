/** What is still to be done. */
export interface JobTables {
  job: JobTable
  outage: OutageTable
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
