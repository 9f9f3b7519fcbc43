import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'

/** A row of work that a worker has claimed. */
export interface Job {
  id: string
  kind: string
  payload: unknown
  /** Including the one that runs. */
  attempts: number
  /** Whom it is for, where several share a way out. */
  concurrencyKey: string | null
}

/** What the other side said to an attempt; null where it said nothing. */
export interface RemoteResponse {
  status: number | null
  text: string | null
  /** Who was asked, where that may change between attempts. */
  from?: string
}

/** How an attempt ended. */
export interface AttemptResult {
  /**
   * `later` is tried again by the schedule, `never` has failed for good, `paused` rests the whole
   * lane and costs this job no attempt.
   */
  result: 'succeeded' | 'retry' | 'failed' | 'paused'
  /** Why it is not done, in a sentence for whoever wanted it. */
  reason?: string
  /**
   * Whether the lane itself is in trouble, which others will meet too: an operator should know.
   * Absent when the attempt cannot tell.
   */
  outage?: boolean
  /** What the other side said. Absent when it was not asked at all. */
  response?: RemoteResponse
  /** The other side wants to be left alone until then. */
  notBefore?: Date
}

/** What became of a job with an attempt. */
export interface JobOutcome {
  state: 'done' | 'waiting' | 'failed'
  reason: string | undefined
  /** What the other side said. Absent when it was not asked, or when the job begins anew. */
  response?: RemoteResponse | undefined
  now: Date
}

/** What a kind of job does. */
export interface Handler {
  /** Waits between attempts in milliseconds. */
  schedule: readonly number[]
  /** The id by which callers know what a job with this payload is about. */
  about?: (payload: unknown) => string
  /** By which part of it, at most, chance makes a wait longer: what failed together comes back apart. */
  jitter?: number
  /** Does the work; may be called twice for the same job. What it throws counts as `later`. */
  attempt: (ctx: Context, job: Job) => Promise<AttemptResult>
  /** Writes down what became of it, in the transaction that says so. */
  record: (trx: Trx, ctx: Context, job: Job, settled: JobOutcome) => Promise<void>
}
