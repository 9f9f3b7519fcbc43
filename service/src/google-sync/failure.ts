import type { GoogleFailure } from '../google/api/response.ts'
import type { AttemptResult, Job } from '../jobs/job.ts'

/** Attempts of one job that find nobody at Google's address before the whole queue pauses. */
const MAX_LONE_ATTEMPTS = 2

/** One row for each way in which a request to Google fails: what becomes of the job. */
const attemptResults: Record<
  GoogleFailure['result'],
  (reason: string, job: Pick<Job, 'attempts'>) => AttemptResult
> = {
  // No other job will succeed before the operator has put it right; then all go on by themselves.
  refused: (reason) => ({ result: 'paused', reason, outage: true }),
  unauthorized: (reason) => ({ result: 'paused', reason, outage: true }),
  busy: (reason) => ({ result: 'paused', reason, outage: true }),
  // Nobody is there: one request at a time finds out when somebody is again.
  unreachable: (reason, { attempts }) => ({
    result: attempts <= MAX_LONE_ATTEMPTS ? 'retry' : 'paused',
    reason,
    outage: true,
  }),
  failed: (reason) => ({ result: 'failed', reason, outage: false }),
  missing: (reason) => ({ result: 'retry', reason }),
  exists: (reason) => ({ result: 'retry', reason }),
  rationed: (reason) => ({ result: 'retry', reason }),
}

/** What a job does about a failure of Google's. */
export function toAttemptResult(
  { result, reason }: GoogleFailure,
  job: Pick<Job, 'attempts'>,
): AttemptResult {
  return attemptResults[result](reason, job)
}

const OFF_MS = 15 * 60_000

/** While Google Wallet is off, its jobs wait for the settings to come back. */
export function waitWhileOff(now: Date): AttemptResult {
  return {
    result: 'postponed',
    reason: 'Google Wallet is off; set GOOGLE_WALLET_ISSUER_ID and GOOGLE_WALLET_CREDENTIALS again',
    notBefore: new Date(now.getTime() + OFF_MS),
  }
}
