import type { RequestHandler } from 'express'
import { createLoopTurns } from '../../concurrency/loop-turns.ts'
import { getClaimedOwner } from './caller.ts'

/** How long requests are begun before whatever else has arrived. */
const MAX_BEGIN_MS = 1

/**
 * Begins requests in turns of the event loop, those of many callers one after the other. What is served
 * before, such as a health check, waits only until the requests that came first have been read.
 */
export function beginInTurns(): RequestHandler {
  const takeLoopTime = createLoopTurns(MAX_BEGIN_MS)
  return async (request, response, next) => {
    await takeLoopTime(getClaimedOwner(request, response))
    next()
  }
}
