import { Counter, Histogram, Registry } from 'prom-client'
import type { Context } from '../context.ts'
import type { Queue } from '../jobs/job.ts'
import { registerProcessMetrics } from './process.ts'
import { registerSigning } from './signing.ts'
import { registerState } from './state.ts'

/** A request that has ended. */
export interface RequestMeasurement {
  method: string
  /** The pattern of its path, such as `/p/:token`, never the path; undefined where there is none. */
  route: string | undefined
  status: number
  seconds: number
}

/** What the service counts of itself, for Prometheus. No label holds a key, an address or a serial number. */
export interface Metrics {
  observeRequest: (request: RequestMeasurement) => void
  countJobAttempt: (attempt: { queue: string; kind: string; result: string }) => void
  /** `transactions` shared the commit. */
  observeGroupCommit: (commit: { transactions: number; seconds: number }) => void
  /** Returns the function that signs, measured. */
  measureSigning: <A extends unknown[], R>(
    sign: (...args: A) => Promise<R>,
  ) => (...args: A) => Promise<R>
  /** Prometheus's text format, with what the database says; undefined where METRICS is off. */
  render: (ctx: Context, queues: readonly Queue[]) => Promise<RenderedMetrics | undefined>
}

export interface RenderedMetrics {
  text: string
  contentType: string
}

/** Counts nothing, and has nothing to show. */
export const noMetrics: Metrics = {
  observeRequest: () => {},
  countJobAttempt: () => {},
  observeGroupCommit: () => {},
  measureSigning: (sign) => sign,
  render: async () => undefined,
}

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
const TRANSACTIONS = [1, 2, 4, 8, 16, 32, 64, 128]

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Creates the metrics of one process, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  registerProcessMetrics(registry)
  const updateState = registerState(registry)
  const signing = registerSigning(registry)
  const requests = new Counter({
    name: 'passwright_http_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'passwright_http_request_duration_seconds',
    help: 'The time from the headers of a request to the end of its response, by route.',
    labelNames: ['method', 'route'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const attempts = new Counter({
    name: 'passwright_job_attempts_total',
    help: 'Attempts to send an email, deliver a webhook, push to a phone and so on, by result.',
    labelNames: ['queue', 'kind', 'result'],
    registers,
  })
  const commitSeconds = new Histogram({
    name: 'passwright_group_commit_duration_seconds',
    help: 'How long SQLite took for a commit that transactions shared.',
    buckets: COMMIT_SECONDS,
    registers,
  })
  const commitTransactions = new Histogram({
    name: 'passwright_group_commit_transactions',
    help: 'How many transactions shared a commit of SQLite.',
    buckets: TRANSACTIONS,
    registers,
  })
  return {
    observeRequest: ({ method: sent, route = 'none', status, seconds }) => {
      const method = knownMethods.has(sent) ? sent : 'other'
      requests.inc({ method, route, status })
      requestSeconds.observe({ method, route }, seconds)
    },
    countJobAttempt: (attempt) => attempts.inc(attempt),
    observeGroupCommit: ({ transactions, seconds }) => {
      commitSeconds.observe(seconds)
      commitTransactions.observe(transactions)
    },
    measureSigning: (sign) => signing(sign),
    render: async (ctx, queues) => {
      await updateState(ctx, queues)
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
  }
}
