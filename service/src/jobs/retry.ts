import type { Context } from '../context.ts'
import { findHandler } from '../job-handlers.ts'
import { restartJob } from './queue.ts'

/** Lets a job that has failed for good begin anew; false when none with this id has failed. */
export async function retryJob(ctx: Context, id: string): Promise<boolean> {
  const now = ctx.now()
  return ctx.db.transaction().execute(async (trx) => {
    const job = await restartJob(trx, id, now)
    if (!job) return false
    await findHandler(job.kind)?.record(trx, ctx, job, { state: 'waiting', reason: undefined, now })
    return true
  })
}
