import type { Context } from '../context.ts'
import type { Db, Trx } from '../db/database.ts'

/** A job that a worker has claimed. */
export interface Job {
  id: string
  kind: string
  payload: unknown
  /** Including the one that is running. */
  attempts: number
  /** Whose turn it takes: the id of a key, or a name of its own. */
  owner: string
  /** What its queue limits concurrency by, such as an endpoint; null where the queue has no such limit. */
  concurrencyKey: string | null
}

/** A queue: how many of its jobs run at once, and the handler of each kind of job. */
export interface Queue {
  name: string
  /** An owner alone gets half of it. */
  concurrency: number
  /** How many jobs with the same concurrency key run at once; absent where jobs have no key. */
  concurrencyPerKey?: number
  /** Keys whose jobs keep failing: one job each at a time, and at most half of their owner's slots. */
  findFailingKeys?: (db: Db) => Promise<string[]>
  handlers: Readonly<Record<string, Handler>>
  /** What an operator should know about the queue besides an outage. */
  warnings?: (db: Db) => Promise<QueueWarning[]>
}

/** What an operator should know about a queue. */
export interface QueueWarning {
  /** A fixed sentence for `/ready`, which is public: no ids, and no words of other servers. */
  summary: string
  /** For `passwright jobs list`. */
  detail: string
}

/** What a kind of job does. */
export interface Handler {
  /** Waits between attempts, in milliseconds; after the last one the job has failed. */
  schedule: readonly number[]
  /** The largest part of a wait that is added to it at random, so that jobs that failed together do not retry together. */
  jitter?: number
  /** Deletes a job that has succeeded, where there are many of which nobody wants to know; `record` is not called. */
  forgetsDone?: boolean
  /** The id of the mail or delivery that a job with this payload is about. */
  toSubjectId?: (payload: unknown) => string
  /** Does the work. May run twice for one job. An error that it throws is a `retry`. */
  attempt: (ctx: Context, job: Job) => Promise<AttemptResult>
  /** Records the outcome, in the transaction that changes the job's state. */
  record: (trx: Trx, ctx: Context, job: Job, outcome: JobOutcome) => Promise<void>
}

/** How an attempt ended. */
export interface AttemptResult {
  /**
   * `retry` follows the schedule; `failed` is final; `paused` pauses the queue, `postponed` makes this
   * job wait until `notBefore`, and both are not counted as an attempt.
   */
  result: 'succeeded' | 'retry' | 'failed' | 'paused' | 'postponed'
  /** Why it did not succeed, as a sentence for the caller who created the job. */
  reason?: string
  /** Whether the failure affects the whole queue, so that an operator should know; absent if unknown. */
  outage?: boolean
  /** Absent if no request was made. */
  response?: RemoteResponse
  /** The remote server asked for no retry before this time. */
  notBefore?: Date
}

/** How the remote server responded to an attempt; null where it did not respond. */
export interface RemoteResponse {
  status: number | null
  text: string | null
  /** The URL requested, where it may change between attempts. */
  url?: string
}

/** The state of a job after an attempt, or after it was restarted. */
export interface JobOutcome {
  state: 'done' | 'waiting' | 'failed'
  reason: string | undefined
  /** Absent if no request was made. */
  response?: RemoteResponse | undefined
  now: Date
}

/** Finds the handler for a kind of job in any of the queues. */
export function findHandler(queues: readonly Queue[], kind: string): Handler | undefined {
  return queues.find(({ handlers }) => Object.hasOwn(handlers, kind))?.handlers[kind]
}
