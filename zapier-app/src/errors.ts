import type { Problem, ProblemCode } from '@passwright/shared'
import type { ZObject } from 'zapier-platform-core'
import { describeForForm, type StepForm } from './form-words.ts'
import { createExpiry, createHalt } from './plain-error.ts'

type ToError = (z: ZObject, problem: Problem, form: StepForm) => Error

/** How long Zapier waits if the response has no `Retry-After`. */
const defaultRetrySeconds = 60

/** The longest that a run is held: what takes longer, such as the limit of a month, is an error to act on. */
const maxRetrySeconds = 3600

/** Zapier holds the run and retries the step after the delay. */
const toThrottledError: ToError = (z, problem, form) => {
  const delay = problem.retryAfterSeconds || defaultRetrySeconds
  return delay > maxRetrySeconds
    ? toUserError(z, problem, form)
    : new z.errors.ThrottledError(problem.message, delay)
}
/** Zapier stops the run without counting it as an error: other runs of the Zap are fine. */
const toHaltedError: ToError = (z, problem, form) => createHalt(z, describeForForm(problem, form))
/** Zapier shows the message to the user, who has to fix the Zap or its connection. */
const toUserError: ToError = (z, problem, form) =>
  new z.errors.Error(describeForForm(problem, form), problem.code, problem.status)

/** What a person has to do about a key that is refused. */
export const keyRefused =
  'The API key is not valid: it was rotated, revoked or mistyped. Passes belong to the owner of a key, so do not create another key: run "npm run -s passwright -- keys rotate ID" on the server ("keys list" shows the ID), and reconnect with the secret that it prints.'

/** The errors for codes whose status alone does not decide. */
const errorsByCode: Partial<Record<ProblemCode, ToError>> = {
  unauthorized: (z) => createExpiry(z, keyRefused),
  invalid_request: toHaltedError,
  engine_cannot: toHaltedError,
  payload_too_large: toHaltedError,
  not_found: toHaltedError,
  pass_deleted: toHaltedError,
  counter_below_min: toHaltedError,
  precondition_failed: toThrottledError,
  quota_exceeded: toUserError,
  email_limit: toUserError,
  certificate_expired: (z, { message, code, status }) =>
    new z.errors.Error(
      `${message.replace(/\.$/, '')}. Whoever runs your Passwright service has to renew its signing certificate; Zapier cannot do anything about it. Replay the run afterwards.`,
      code,
      status,
    ),
  idempotency_in_progress: toThrottledError,
  request_timeout: toThrottledError,
}

/** Converts an error response of the service to the error that makes Zapier retry, halt, reconnect or fail. */
export function toZapierError(z: ZObject, problem: Problem, form: StepForm = {}): Error {
  const byStatus = problem.status === 429 || problem.status >= 500 ? toThrottledError : toUserError
  return (errorsByCode[problem.code] ?? byStatus)(z, problem, form)
}
