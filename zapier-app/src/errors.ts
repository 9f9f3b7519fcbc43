import { describeProblem, type Problem, type ProblemCode } from '@passwright/shared'
import type { ZObject } from 'zapier-platform-core'

type ToError = (z: ZObject, problem: Problem) => Error

/** How long Zapier waits if the response has no `Retry-After`. */
const defaultRetrySeconds = 60

/** Zapier holds the run and retries the step after the delay. */
const toThrottledError: ToError = (z, problem) =>
  new z.errors.ThrottledError(problem.message, problem.retryAfterSeconds || defaultRetrySeconds)
/** Zapier stops the run without counting it as an error. */
const toHaltedError: ToError = (z, problem) => new z.errors.HaltedError(problem.message)
/** Zapier shows the message to the user, who has to fix the step. */
const toUserError: ToError = (z, problem) =>
  new z.errors.Error(describeProblem(problem), problem.code, problem.status)

/** The errors for codes whose status alone does not decide. */
const errorsByCode: Partial<Record<ProblemCode, ToError>> = {
  unauthorized: (z) =>
    new z.errors.ExpiredAuthError(
      'The API key is not valid: it was revoked or mistyped. Create a new one with "npm run -s passwright -- keys create" and reconnect.',
    ),
  pass_deleted: toHaltedError,
  idempotency_in_progress: toThrottledError,
  request_timeout: toThrottledError,
}

/** Converts an error response of the service to the error that makes Zapier retry, halt, reconnect or fail. */
export function toZapierError(z: ZObject, problem: Problem): Error {
  const byStatus = problem.status === 429 || problem.status >= 500 ? toThrottledError : toUserError
  return (errorsByCode[problem.code] ?? byStatus)(z, problem)
}
