import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { transact } from '../db/transact.ts'
import type { Queue } from '../job-handlers.ts'
import type { AttemptResult, Handler, Job, JobOutcome } from './job.ts'
import { clearOutage, findOutage, pauseQueue, recordOutage } from './outage.ts'
import { type Ending, endAttempt } from './queue.ts'
import { nextAttemptAt } from './retry-schedule.ts'

/** Does a claimed job once and writes down what became of it; never throws. */
export async function attemptJob(
  ctx: Context,
  worker: string,
  lane: Queue,
  job: Job,
): Promise<void> {
  const handler = lane.handlers[job.kind]
  if (!handler) return
  const outcome = await runHandler(ctx, handler, job)
  try {
    const state = await transact<JobOutcome['state'] | 'lost'>(ctx.db, async (trx, undo) => {
      const now = ctx.now()
      const ending = await decideEnding(trx, lane, handler, job, outcome, now)
      if (!(await endAttempt(trx, worker, job, ending, now))) return undo('lost')
      const { reason, response } = outcome
      await handler.record(trx, ctx, job, { state: ending.state, reason, response, now })
      return ending.state
    })
    const { id: jobId, kind, attempts } = job
    ctx.log.info({ jobId, kind, attempts, state, result: outcome.result }, 'job')
  } catch (error) {
    // Its lease ends, and it is done again: what was done must stand being done twice.
    ctx.log.warn({ error, jobId: job.id, kind: job.kind }, 'the end of a job was not written down')
  }
}

async function runHandler(ctx: Context, handler: Handler, job: Job): Promise<AttemptResult> {
  try {
    return await handler.attempt(ctx, job)
  } catch (error) {
    ctx.log.error({ error, jobId: job.id, kind: job.kind }, 'job failed')
    return { result: 'retry', reason: 'Something went wrong on our side' }
  }
}

/** Decides, and writes down what the lane has to know. */
async function decideEnding(
  trx: Trx,
  lane: Queue,
  handler: Handler,
  { attempts }: Job,
  {
    result,
    reason = 'No reason was given',
    outage = result === 'succeeded' ? false : undefined,
    notBefore,
  }: AttemptResult,
  now: Date,
): Promise<Ending> {
  if (result === 'paused') {
    await pauseQueue(trx, lane.name, reason, now)
    return { state: 'waiting', reason, runAt: now, attempts: attempts - 1 }
  }
  if (outage === true) await recordOutage(trx, lane.name, reason, now)
  if (outage === false && (await findOutage(trx, lane.name))) await clearOutage(trx, lane.name)
  if (result === 'succeeded') return { state: 'done' }
  const runAt = result === 'retry' ? nextAttemptAt(handler, attempts, now, notBefore) : undefined
  return runAt ? { state: 'waiting', reason, runAt, attempts } : { state: 'failed', reason }
}
