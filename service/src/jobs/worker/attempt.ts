import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { transact } from '../../db/transact.ts'
import type { AttemptResult, Handler, Job, JobOutcome, Queue } from '../job.ts'
import { clearOutage, findOutage, pauseQueue, recordOutage } from '../outage.ts'
import { finishAttempt, type Transition } from '../queue/queue.ts'
import { getNextAttemptAt } from '../retry-schedule.ts'
import { createDeleteDone, type DeleteDone } from './done-jobs.ts'

/** Runs a claimed job once and records the outcome. Never throws. */
export async function attemptJob(
  ctx: Context,
  worker: string,
  queue: Queue,
  job: Job,
  deleteDone: DeleteDone = createDeleteDone(ctx.db, worker, queue.name),
): Promise<void> {
  const handler = queue.handlers[job.kind]
  if (!handler) return
  const attempted = await runHandler(ctx, handler, job)
  ctx.metrics.countJobAttempt({ queue: queue.name, kind: job.kind, result: attempted.result })
  try {
    const state =
      handler.forgetsDone && attempted.result === 'succeeded'
        ? toState(await deleteDone(job))
        : await recordOutcome(ctx, worker, queue, handler, job, attempted)
    const { id: jobId, kind, attempts } = job
    ctx.log.info({ jobId, kind, attempts, state, result: attempted.result }, 'job')
    const { outage, reason } = attempted
    if (outage && reason) ctx.log.warn({ jobId, warning: `${queue.name}: ${reason}` }, 'outage')
  } catch (error) {
    // The job runs again when its lease ends, which is why handlers must allow for running twice.
    ctx.log.warn({ error, jobId: job.id, kind: job.kind }, 'could not record the outcome of a job')
  }
}

type RecordedState = JobOutcome['state'] | 'lease lost'

function toState(isDeleted: boolean): RecordedState {
  return isDeleted ? 'done' : 'lease lost'
}

function recordOutcome(
  ctx: Context,
  worker: string,
  queue: Queue,
  handler: Handler,
  job: Job,
  attempted: AttemptResult,
): Promise<RecordedState> {
  return transact<RecordedState>(ctx.db, async (trx, rollBack) => {
    const now = ctx.now()
    const next = await decideTransition(trx, queue, handler, job, attempted, now)
    if (!(await finishAttempt(trx, worker, job, next, now))) return rollBack('lease lost')
    const { reason, response } = attempted
    await handler.record(trx, ctx, job, { state: next.state, reason, response, now })
    return next.state
  })
}

async function runHandler(ctx: Context, handler: Handler, job: Job): Promise<AttemptResult> {
  try {
    return await handler.attempt(ctx, job)
  } catch (error) {
    ctx.log.error({ error, jobId: job.id, kind: job.kind }, 'job failed')
    return { result: 'retry', reason: 'An internal error occurred' }
  }
}

/** Decides the next state of the job, and records or clears an outage of its queue. */
async function decideTransition(
  trx: Trx,
  queue: Queue,
  handler: Handler,
  { attempts }: Job,
  {
    result,
    reason = 'No reason was given',
    outage = result === 'succeeded' ? false : undefined,
    notBefore,
  }: AttemptResult,
  now: Date,
): Promise<Transition> {
  if (result === 'paused') {
    await pauseQueue(trx, queue.name, reason, now)
    return { state: 'waiting', reason, runAt: now, attempts: attempts - 1 }
  }
  if (result === 'postponed') {
    return { state: 'waiting', reason, runAt: notBefore ?? now, attempts: attempts - 1 }
  }
  if (outage === true) await recordOutage(trx, queue.name, reason, now)
  if (outage === false && (await findOutage(trx, queue.name))) await clearOutage(trx, queue.name)
  if (result === 'succeeded') return { state: 'done' }
  const runAt = result === 'retry' ? getNextAttemptAt(handler, attempts, now, notBefore) : undefined
  return runAt ? { state: 'waiting', reason, runAt, attempts } : { state: 'failed', reason }
}
