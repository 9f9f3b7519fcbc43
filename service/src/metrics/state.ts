import { Gauge, type Registry } from 'prom-client'
import { summarizeUsage, type UsageSummary } from '../accounts/usage-summary.ts'
import { getExpiry } from '../apple/certificates/identity.ts'
import { remember } from '../concurrency/remember.ts'
import type { Context } from '../context.ts'
import type { Queue } from '../jobs/job.ts'
import { type Backlog, countBacklog, MAX_COUNTED } from '../jobs/manage/backlog.ts'

/** Counting is work, and whoever scrapes may do it often. */
const BACKLOG_PERIOD_MS = 10_000
const USAGE_PERIOD_MS = 60_000

/**
 * Adds what the database and the certificates say to a registry; returns the function that reads it
 * again. While the database is away, only what is in it is missing.
 */
export function registerState(registry: Registry) {
  const registers = [registry]
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers })
  const up = gauge('passwright_database_up', 'Whether the database could be read.')
  const passes = gauge(
    'passwright_passes_created_this_month',
    'Passes that count against a quota since the month began (UTC), by plan.',
    'plan',
  )
  const allPasses = gauge('passwright_passes_created_ever', 'The same since the first day.', 'plan')
  const keys = gauge('passwright_keys', 'Active API keys, by plan.', 'plan')
  const usedUp = gauge(
    'passwright_keys_quota_used_up',
    'API keys that have used up the passes of this month, by plan.',
    'plan',
  )
  const nearlyUsedUp = gauge(
    'passwright_keys_quota_nearly_used_up',
    'API keys that have used 80 % or more of the passes of this month, by plan.',
    'plan',
  )
  const waiting = gauge(
    'passwright_jobs_waiting',
    `Jobs that wait or run, by kind; ${MAX_COUNTED} where there are more.`,
    'queue',
    'kind',
  )
  const failed = gauge(
    'passwright_jobs_failed',
    `Jobs that failed for good in the last 30 days, by kind; ${MAX_COUNTED} where there are more.`,
    'queue',
    'kind',
  )
  const overdue = gauge(
    'passwright_jobs_oldest_due_seconds',
    'For how long the job has been due that has been due longest; a wait for a retry does not count.',
    'queue',
    'kind',
  )
  const outage = gauge(
    'passwright_queue_outage',
    'Whether the jobs of a queue cannot succeed at present, such as mail while the mail server refuses us.',
    'queue',
  )
  const expiry = gauge(
    'passwright_certificate_expiry_timestamp_seconds',
    'When a signing certificate, or the first of its chain, expires.',
    'pass_type_identifier',
    'development',
  )
  const ofDatabase = [
    passes,
    allPasses,
    keys,
    usedUp,
    nearlyUsedUp,
    waiting,
    failed,
    overdue,
    outage,
  ]
  let readBacklog: (() => Promise<Backlog>) | undefined
  let readUsage: (() => Promise<UsageSummary[]>) | undefined

  return async (ctx: Context, queues: readonly Queue[]): Promise<void> => {
    const { db, now, config } = ctx
    readBacklog ??= remember(() => countBacklog(db, queues, now()), now, BACKLOG_PERIOD_MS)
    readUsage ??= remember(() => summarizeUsage(db, config, now()), now, USAGE_PERIOD_MS)
    expiry.reset()
    for (const identity of ctx.identities()) {
      const { passTypeIdentifier: pass_type_identifier, development } = identity
      const labels = { pass_type_identifier, development: String(development) }
      expiry.set(labels, getExpiry(identity).getTime() / 1000)
    }
    try {
      setBacklog(await readBacklog())
      setUsage(await readUsage())
      up.set(1)
    } catch (error) {
      // What was counted before would look like the present.
      for (const counted of ofDatabase) counted.reset()
      up.set(0)
      ctx.log.warn({ error }, 'the database could not be read for the metrics')
    }
  }

  function setBacklog({ kinds, outages }: Backlog): void {
    for (const { queue, kind, ...counted } of kinds) {
      waiting.set({ queue, kind }, counted.waiting)
      failed.set({ queue, kind }, counted.failed)
      overdue.set({ queue, kind }, counted.oldestDueSeconds)
    }
    for (const { queue, isOut } of outages) outage.set({ queue }, isOut ? 1 : 0)
  }

  function setUsage(summary: readonly UsageSummary[]): void {
    for (const { plan, ...counted } of summary) {
      keys.set({ plan }, counted.keys)
      passes.set({ plan }, counted.passesThisMonth)
      allPasses.set({ plan }, counted.passes)
      usedUp.set({ plan }, counted.usedUp)
      nearlyUsedUp.set({ plan }, counted.nearlyUsedUp)
    }
  }
}
