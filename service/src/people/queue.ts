import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Handler } from '../jobs/job.ts'
import { enqueue } from '../jobs/queue/queue.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { forgetPasses } from './forget-passes.ts'

const FORGET_JOB = 'forget'

/** It names passes, and never the person. */
const Payload = z.strictObject({ keyId: z.string(), serialNumbers: z.array(z.string()) })

/** Queues a job that forgets the persons of these passes. */
export async function queueForgetting(
  { db, now }: Context,
  keyId: string,
  serialNumbers: readonly string[],
): Promise<void> {
  if (serialNumbers.length === 0) return
  const payload = { keyId, serialNumbers }
  await db
    .transaction()
    .execute((trx) => enqueue(trx, { kind: FORGET_JOB, payload, owner: keyId, now: now() }))
}

/** Handles `forget` jobs; running twice does no harm. */
export const forgetPassesOfJob: Handler = {
  schedule: retrySchedules.webhooks,
  forgetsDone: true,

  attempt: async (ctx, job) => {
    const { keyId, serialNumbers } = Payload.parse(job.payload)
    await forgetPasses(ctx, keyId, serialNumbers)
    return { result: 'succeeded' }
  },

  record: async () => {},
}
