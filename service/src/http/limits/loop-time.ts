import { Problem } from '@passwright/shared'
import type { RequestHandler } from 'express'
import { createLoopTurns } from '../../concurrency/loop-turns.ts'
import { getCaller } from './caller.ts'

/** How long requests are begun, and bodies are handled, before whatever else has arrived. */
const MAX_BEGIN_MS = 1
const MAX_HANDLE_MS = 2

/** How many requests may wait to be handled, at most half of them of one key. */
const MAX_WAITING = 4_096

/**
 * Begins requests in turns of the event loop, those of many callers one after the other. What is served
 * before, such as a health check, waits only until the requests that came first have been read. Callers
 * are told apart by the key that they send, which is not verified yet, or by their addresses.
 */
export function beginInTurns(): RequestHandler {
  const takeLoopTime = createLoopTurns({ budgetMs: MAX_BEGIN_MS })
  return async (request, response, next) => {
    await takeLoopTime(request.headers.authorization ?? getCaller(response))
    next()
  }
}

/** Handles requests whose bodies have arrived in turns too, those of many keys one after the other. */
export function handleInTurns(): RequestHandler {
  const takeLoopTime = createLoopTurns({ budgetMs: MAX_HANDLE_MS, maxWaiting: MAX_WAITING })
  return async (_request, response, next) => {
    const result = await takeLoopTime(response.locals.key?.id ?? getCaller(response))
    if (result !== 'busy') return next()
    throw new Problem('overloaded', 'Too many requests are being handled just now; try again', {
      retryAfterSeconds: 1,
    })
  }
}
