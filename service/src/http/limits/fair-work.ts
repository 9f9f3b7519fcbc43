import { Problem } from '@passwright/shared'
import { createLimiter } from '../../concurrency/limiter.ts'
import { createLoopTurns } from '../../concurrency/loop-turns.ts'
import type { Context } from '../../context.ts'

/** Runs an owner's work when it is the owner's turn. */
type RunFairly = <T>(owner: string, work: () => Promise<T>) => Promise<T>

/** The two kinds of work that requests wait for. */
export interface FairWork {
  /** Looking up a key, or what a path names. */
  lookUp: RunFairly
  /** Everything after the body has arrived; throws `overloaded` when too many requests wait. */
  handle: RunFairly
}

/** How much is looked up at a time. Of all these bounds one owner has at most half. */
const MAX_LOOKUPS = 16

/** How many requests are handled at a time. */
const MAX_HANDLED: Record<Context['config']['database']['kind'], number> = {
  // More than share a commit.
  sqlite: 96,
  // More would only wait for a connection, and requests of others behind them.
  postgres: 64,
}

/** How many more requests may wait. */
const MAX_WAITING = 4_096

/** How long requests are handled before whatever else has arrived. */
const MAX_TURN_MS = 2

/** Creates the queues of a process, which are fair between owners. */
export function createFairWork({ config }: Pick<Context, 'config'>): FairWork {
  const limitLookups = createLimiter({ concurrency: MAX_LOOKUPS })
  const limitHandlers = createLimiter({
    concurrency: MAX_HANDLED[config.database.kind],
    maxQueued: MAX_WAITING,
  })
  const takeLoopTime = createLoopTurns(MAX_TURN_MS)
  return {
    lookUp: async (owner, work) => assertNotBusy(await limitLookups(owner, work)),
    handle: async (owner, work) =>
      assertNotBusy(
        await limitHandlers(owner, async () => {
          await takeLoopTime(owner)
          return work()
        }),
      ),
  }
}

function assertNotBusy<T>(result: T | 'busy'): T {
  if (result !== 'busy') return result
  throw new Problem('overloaded', 'Too many requests are being handled just now; try again', {
    retryAfterSeconds: 1,
  })
}
