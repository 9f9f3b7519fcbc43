import { z } from 'zod'
import type { Handler, Job } from '../jobs/job.ts'
import { retrySchedules } from '../jobs/retry-schedule.ts'
import { toAttemptResult, waitWhileOff } from './failure.ts'
import { findSender, sendPass } from './send.ts'

const Payload = z.strictObject({ serialNumber: z.string(), always: z.boolean().optional() })

/** Handles `google` jobs: makes what Google holds of a pass the same as what it says now. */
export const syncWithGoogle: Handler = {
  schedule: retrySchedules.google,
  jitter: 0.5,
  // What became of a pass shows in the wallet.
  forgetsDone: true,

  attempt: async (ctx, job) => {
    const { serialNumber, always } = Payload.parse(job.payload)
    const sender = findSender(ctx)
    if (!sender) return waitWhileOff(ctx.now())
    const sent = await sendPass(
      ctx,
      sender,
      { keyId: job.owner, serialNumber },
      { patience: 'job', always: always === true || isRepeated(job) },
    )
    if (sent.result === 'unchanged') return { result: 'succeeded' }
    if (sent.result === 'sent') return { result: 'succeeded' }
    return toAttemptResult(sent, job)
  },

  record: async () => {},
}

/** What an earlier attempt sent may arrive late, whatever was sent since. */
function isRepeated({ attempts }: Job): boolean {
  return attempts > 1
}
