import { explainByLabels, type Problem, type ProblemCode } from '@passwright/shared'
import type { ZObject } from 'zapier-platform-core'

type Refuse = (z: ZObject, problem: Problem) => Error

/** How long to wait, in seconds, where the service names no time. */
const PATIENCE = 60

/** Zapier tries again after that time. */
const later: Refuse = (z, problem) =>
  new z.errors.ThrottledError(
    problem.message,
    Number.parseInt(problem.headers['Retry-After'] ?? '', 10) || PATIENCE,
  )
/** The run ends here, and nothing is wrong with the Zap. */
const halt: Refuse = (z, problem) => new z.errors.HaltedError(problem.message)
/** The person who made the Zap has something to mend. */
const mend: Refuse = (z, problem) =>
  new z.errors.Error(explainByLabels(problem), problem.code, problem.status)

/** What Zapier shall do about those problems for which a fixed status is no answer. */
const refusals: Partial<Record<ProblemCode, Refuse>> = {
  unauthorized: (z) =>
    new z.errors.ExpiredAuthError(
      'The API key is not accepted: it was revoked or mistyped. Make a new one with "npm run -s passwright -- keys create" and reconnect.',
    ),
  pass_deleted: halt,
  idempotency_in_progress: later,
  request_timeout: later,
}

/** Turns a problem of the service into the error by which Zapier knows what to do next. */
export function refusalOf(z: ZObject, problem: Problem): Error {
  const byStatus = problem.status === 429 || problem.status >= 500 ? later : mend
  return (refusals[problem.code] ?? byStatus)(z, problem)
}
