import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { onJobQueued } from '../../db/job-signal.ts'
import { deleteExpiredData } from '../../db/retention.ts'
import type { Job, Queue } from '../job.ts'
import { findOutage, isPaused, resumeQueues } from '../outage.ts'
import { claimJobs, LEASE_RENEWAL_INTERVAL_MS, renewLeases } from '../queue/claim.ts'
import { releaseParkedJobs } from '../queue/parked.ts'
import { attemptJob } from './attempt.ts'
import { createDeleteDone } from './done-jobs.ts'

const SWEEP_INTERVAL_MS = 10 * 60 * 1000

/** Runs jobs until it is stopped. */
export interface Worker {
  /**
   * Claims no more jobs and waits for those that are running, for at most `withinMs`. A job that is
   * still running then runs again elsewhere when its lease ends.
   */
  stop: (withinMs: number) => Promise<void>
}

/** Starts a worker for all queues. Any number may run on one database, in any number of processes. */
export async function startWorker(ctx: Context, queues: readonly Queue[]): Promise<Worker> {
  const worker = `worker_${randomUUID()}`
  const stopping = new AbortController()
  await resumeQueues(ctx.db, ctx.now())
  await releaseParkedJobs(ctx.db, queues, ctx.now())
  const running = new Set<Job>()
  const renewal = every(LEASE_RENEWAL_INTERVAL_MS, async () => {
    // In this order: renewed leases are not parked, even if the clock has been put back.
    await renewLeases(ctx.db, ctx.config.database.kind, worker, [...running], ctx.now())
    await releaseParkedJobs(ctx.db, queues, ctx.now())
  })
  const sweep = every(SWEEP_INTERVAL_MS, () => deleteExpiredData(ctx.db, ctx.now()))
  const bell = new EventEmitter()
  const stopListening = onJobQueued(ctx.config.database, (kind) => {
    const queue = queues.find(({ handlers }) => Object.hasOwn(handlers, kind))
    if (queue) bell.emit(queue.name)
  })
  const finished = Promise.all(
    queues.map((queue) => runQueue(ctx, { worker, running }, queue, stopping.signal, bell)),
  )
  return {
    stop: async (withinMs) => {
      stopping.abort()
      stopListening()
      const timeout = new AbortController()
      await Promise.race([
        finished,
        wait(withinMs, undefined, { signal: timeout.signal }).catch(() => {}),
      ])
      timeout.abort()
      clearInterval(renewal)
      clearInterval(sweep)
    },
  }

  function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    return setInterval(
      () => work().catch((error) => ctx.log.warn({ error }, 'database unavailable')),
      ms,
    )
  }
}

/** Claims and runs the jobs of one queue until the worker stops. */
async function runQueue(
  ctx: Context,
  { worker, running: allRunning }: { worker: string; running: Set<Job> },
  queue: Queue,
  stopping: AbortSignal,
  bell: EventEmitter,
): Promise<void> {
  let isRung = false
  bell.on(queue.name, () => {
    isRung = true
  })
  const running = new Map<Job, Promise<void>>()
  const lastServed = new Map<string, string>()
  const deleteDone = createDeleteDone(ctx.db, worker, queue.name)
  let isUnavailable = false
  while (!stopping.aborted) {
    isRung = false
    const claim = { worker, running: [...running.keys()], lastServed }
    const jobs = await claimDueJobs(ctx, queue, claim).catch((error: unknown) => {
      // Logged once, not at every poll.
      if (!isUnavailable) ctx.log.warn({ error }, 'database unavailable')
      return undefined
    })
    isUnavailable = jobs === undefined
    if (!jobs) {
      await waitForWork(ctx.pollMs, stopping)
      continue
    }
    for (const job of jobs) {
      allRunning.add(job)
      const attempt = attemptJob(ctx, worker, queue, job, deleteDone).finally(() => {
        running.delete(job)
        allRunning.delete(job)
      })
      running.set(job, attempt)
    }
    // Jobs that end without any I/O, on SQLite, would otherwise keep the process from everything else.
    await nextTurn()
    if (running.size >= queue.concurrency) await Promise.race(running.values())
    // A job that ends frees a slot of its concurrency key, so there may be more to claim.
    else if (jobs.length === 0 && !isRung) {
      const rung = { bell, name: queue.name }
      await waitForWork(ctx.pollMs, stopping, running.values(), rung)
    }
  }
  await Promise.all(running.values())
}

async function claimDueJobs(
  ctx: Context,
  { name, concurrency, concurrencyPerKey: perKey, findFailingKeys, handlers }: Queue,
  claim: { worker: string; running: readonly Job[]; lastServed: Map<string, string> },
): Promise<Job[]> {
  const now = ctx.now()
  const outage = await findOutage(ctx.db, name)
  if (outage && isPaused(outage, now)) return []
  // After a pause, a single job probes whether the outage is over.
  const limit = (outage?.pausedUntil ? 1 : concurrency) - claim.running.length
  if (limit <= 0) return []
  const kinds = Object.keys(handlers)
  const failingKeys = (await findFailingKeys?.(ctx.db)) ?? []
  const limits = { concurrency, perKey, failingKeys, lastServed: claim.lastServed }
  return claimJobs(ctx.db, ctx.config.database.kind, { ...claim, kinds, limit, now, limits })
}

/** Waits for the next poll, until a job is queued, or until one of the running jobs has ended. */
async function waitForWork(
  pollMs: number,
  stopping: AbortSignal,
  running: Iterable<Promise<void>> = [],
  rung?: { bell: EventEmitter; name: string },
): Promise<void> {
  const timeout = new AbortController()
  const signal = AbortSignal.any([stopping, timeout.signal])
  const ignore = () => {}
  await Promise.race([
    wait(pollMs, undefined, { signal }).catch(ignore),
    ...(rung ? [once(rung.bell, rung.name, { signal }).catch(ignore)] : []),
    ...running,
  ])
  timeout.abort()
}
