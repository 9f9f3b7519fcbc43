import type { RequestHandler, Response } from 'express'
import type { ApiKey } from '../accounts/api-key.ts'
import type { PlanName } from '../accounts/plans.ts'
import type { Context } from '../context.ts'
import { BODY_LIMIT } from './body.ts'
import { createRateLimit } from './limits/rate-limit.ts'
import { getBodyBytes } from './limits/transfer.ts'

const RATE_SECONDS = 10

/** The plans whose keys have a rate. */
const ratedPlans: ReadonlySet<PlanName> = new Set(['free'])

/** Beyond the rate, a larger body is not read even to find what is wrong with it. */
const MAX_BODY_BEYOND_RATE = 64 * 1024

/** The rate of keys: every request counts when it arrives, and is refused after what is wrong with it. */
export interface KeyRate {
  count(key: ApiKey, response: Response): void
  /** Throws `too_many_requests` when the key of this request is beyond its rate. */
  assertBelow(response: Response): void
}

/** Creates the rate of keys from the settings. */
export function createKeyRate({ config, now }: Pick<Context, 'config' | 'now'>): KeyRate {
  const countRequest = createRateLimit({ times: config.rateLimit, seconds: RATE_SECONDS, now })
  return {
    count: ({ id, plan }, response) => {
      if (ratedPlans.has(plan)) response.locals.tooMany = countRequest(id)
    },
    assertBelow: ({ locals }) => {
      if (locals.tooMany) throw locals.tooMany
    },
  }
}

/** Refuses a large body of a key that is beyond its rate, before it is read. */
export const assertWorthReading: RequestHandler = (request, response, next) => {
  const { tooMany } = response.locals
  const bytes = getBodyBytes(request, BODY_LIMIT)
  // A body beyond the limit is told first (413).
  if (tooMany && bytes > MAX_BODY_BEYOND_RATE && bytes <= BODY_LIMIT) throw tooMany
  next()
}
