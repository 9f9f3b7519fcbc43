import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { transact } from '../db/transact.ts'
import type { Lane } from '../job-handlers.ts'
import type { Handler, Job, Outcome, Settled } from './job.ts'
import { clearTrouble, noteTrouble, pauseLane, troubleOf } from './outage.ts'
import { type Ending, endAttempt } from './queue.ts'
import { nextAttempt } from './retry-schedule.ts'

/** Does a claimed job once and writes down what became of it; never throws. */
export async function attemptJob(
  ctx: Context,
  worker: string,
  lane: Lane,
  job: Job,
): Promise<void> {
  const handler = lane.handlers[job.kind]
  if (!handler) return
  const outcome = await tryIt(ctx, handler, job)
  try {
    const state = await transact<Settled['state'] | 'lost'>(ctx.db, async (trx, undo) => {
      const now = ctx.now()
      const ending = await endingOf(trx, lane, handler, job, outcome, now)
      if (!(await endAttempt(trx, worker, job, ending, now))) return undo('lost')
      const { reason, reply } = outcome
      await handler.record(trx, ctx, job, { state: ending.state, reason, reply, now })
      return ending.state
    })
    const { id: jobId, kind, attempts } = job
    ctx.log.info({ jobId, kind, attempts, state, verdict: outcome.verdict }, 'job')
  } catch (error) {
    // Its lease ends, and it is done again: what was done must stand being done twice.
    ctx.log.warn({ error, jobId: job.id, kind: job.kind }, 'the end of a job was not written down')
  }
}

async function tryIt(ctx: Context, handler: Handler, job: Job): Promise<Outcome> {
  try {
    return await handler.attempt(ctx, job)
  } catch (error) {
    ctx.log.error({ error, jobId: job.id, kind: job.kind }, 'job failed')
    return { verdict: 'later', reason: 'Something went wrong on our side' }
  }
}

/** Decides, and writes down what the lane has to know. */
async function endingOf(
  trx: Trx,
  lane: Lane,
  handler: Handler,
  { attempts }: Job,
  {
    verdict,
    reason = 'No reason was given',
    trouble = verdict === 'done' ? false : undefined,
    notBefore,
  }: Outcome,
  now: Date,
): Promise<Ending> {
  if (verdict === 'paused') {
    await pauseLane(trx, lane.name, reason, now)
    return { state: 'waiting', reason, runAt: now, attempts: attempts - 1 }
  }
  if (trouble === true) await noteTrouble(trx, lane.name, reason, now)
  if (trouble === false && (await troubleOf(trx, lane.name))) await clearTrouble(trx, lane.name)
  if (verdict === 'done') return { state: 'done' }
  const runAt = verdict === 'later' ? nextAttempt(handler, attempts, now, notBefore) : undefined
  return runAt ? { state: 'waiting', reason, runAt, attempts } : { state: 'failed', reason }
}
