import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { type Queue, queues } from '../job-handlers.ts'
import { attemptJob } from './attempt.ts'
import type { ConcurrencyLimits } from './concurrency.ts'
import type { Job } from './job.ts'
import { findOutage, resumeQueues } from './outage.ts'
import { claimJobs, RENEW_MS, renewLeases } from './queue.ts'
import { deleteExpiredRows, SWEEP_EVERY_MS } from './retention.ts'

/** How often to look for work while there is none. */
const POLL_MS = 500

/** Somebody who does jobs until told to stop. */
export interface Worker {
  /** Claims nothing more and waits for what runs, so long; what still runs then is left to its lease. */
  stop: (withinMs: number) => Promise<void>
}

/** Starts a worker on all lanes; any number may run on one database, in any number of processes. */
export async function startWorker(ctx: Context): Promise<Worker> {
  const worker = `worker_${randomUUID()}`
  const stopping = new AbortController()
  await resumeQueues(ctx.db, ctx.now())
  const renewal = every(RENEW_MS, () => renewLeases(ctx.db, worker, ctx.now()))
  const sweeping = every(SWEEP_EVERY_MS, () => deleteExpiredRows(ctx.db, ctx.now()))
  const ended = Promise.all(queues.map((queue) => runQueue(ctx, worker, queue, stopping.signal)))
  return {
    stop: async (withinMs) => {
      stopping.abort()
      const given = new AbortController()
      await Promise.race([
        ended,
        wait(withinMs, undefined, { signal: given.signal }).catch(() => {}),
      ])
      given.abort()
      clearInterval(renewal)
      clearInterval(sweeping)
    },
  }

  function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    return setInterval(
      () => work().catch((error) => ctx.log.warn({ error }, 'the database does not answer')),
      ms,
    )
  }
}

/** Keeps a lane busy: claims as many jobs as there is room for, and rests while there are none. */
async function runQueue(
  ctx: Context,
  worker: string,
  queue: Queue,
  stopping: AbortSignal,
): Promise<void> {
  const running = new Map<Job, Promise<void>>()
  let isAway = false
  while (!stopping.aborted) {
    const jobs = await claim(ctx, worker, queue, [...running.keys()]).catch((error: unknown) => {
      // Told once, not at every look.
      if (!isAway) ctx.log.warn({ error }, 'the database does not answer')
      return 'away' as const
    })
    isAway = jobs === 'away'
    if (jobs === 'away') {
      await waitForWork(stopping)
      continue
    }
    for (const job of jobs) {
      const attempt = attemptJob(ctx, worker, queue, job).finally(() => running.delete(job))
      running.set(job, attempt)
    }
    if (running.size >= queue.concurrency) await Promise.race(running.values())
    // There may be more for the target of whatever ends first.
    else if (jobs.length === 0) await waitForWork(stopping, running.values())
  }
  await Promise.all(running.values())
}

async function claim(
  ctx: Context,
  worker: string,
  queue: Queue,
  running: readonly Job[],
): Promise<Job[]> {
  const now = ctx.now()
  const trouble = await findOutage(ctx.db, queue.name)
  if (trouble?.pausedUntil && trouble.pausedUntil > now.toISOString()) return []
  // After a pause one job goes ahead and looks.
  const limit = (trouble?.pausedUntil ? 1 : queue.concurrency) - running.length
  if (limit <= 0) return []
  const kinds = Object.keys(queue.handlers)
  const limits = await getConcurrencyLimits(ctx, queue, running)
  return claimJobs(ctx.db, ctx.config.database.kind, { worker, running, kinds, limit, now, limits })
}

async function getConcurrencyLimits(
  { db }: Context,
  { concurrency, concurrencyPerKey: perKey, findFailingKeys }: Queue,
  running: readonly Job[],
): Promise<ConcurrencyLimits | undefined> {
  if (perKey === undefined) return undefined
  return {
    perKey,
    running,
    failing: (await findFailingKeys?.(db)) ?? [],
    maxFailing: concurrency / 2,
  }
}

/** Waits for the time of the next look, or until one of these has ended. */
async function waitForWork(
  stopping: AbortSignal,
  running: Iterable<Promise<void>> = [],
): Promise<void> {
  const woken = new AbortController()
  const signal = AbortSignal.any([stopping, woken.signal])
  await Promise.race([wait(POLL_MS, undefined, { signal }).catch(() => {}), ...running])
  woken.abort()
}
