/**
 * Waits until there is time left in a turn of the event loop; undefined when there is some now. Resolves to
 * `'busy'` when too much work of this owner waits already.
 */
export type TakeLoopTime = (owner: string) => Promise<'busy' | undefined> | undefined

export interface LoopTurnsOptions {
  /** How much of a turn the work may take. */
  budgetMs: number
  /** How much work may wait. */
  maxWaiting?: number
}

/**
 * Creates the function that work awaits before it computes for a while, so that many pieces that arrive
 * at once do not block the event loop together: after `budgetMs` of them in one turn the others wait for
 * the next turn, and what else has arrived by then is served before. Owners take turns, and one may hold
 * at most as many of the places to wait as are still free.
 */
export function createLoopTurns({
  budgetMs,
  maxWaiting = Infinity,
}: LoopTurnsOptions): TakeLoopTime {
  /** What starts the work that waits, oldest first, by owner in the order of their turns. */
  const waiting = new Map<string, (() => void)[]>()
  let freePlaces = maxWaiting
  let endsAt: number | undefined

  const hasTime = () => performance.now() < (endsAt ?? Infinity)
  const beginTurn = () => {
    endsAt = performance.now() + budgetMs
    setImmediate(endTurn)
  }
  const endTurn = () => {
    endsAt = undefined
    if (waiting.size === 0) return
    beginTurn()
    startNext()
  }
  const startNext = () => {
    takeNext()?.()
    // Ticks come after microtasks: the next one starts when this one has come to its first real wait.
    if (waiting.size > 0) queueMicrotask(() => process.nextTick(continueTurn))
  }
  const takeNext = (): (() => void) | undefined => {
    for (const [owner, queue] of waiting) {
      const start = queue.shift()
      waiting.delete(owner)
      if (queue.length > 0) waiting.set(owner, queue)
      freePlaces += 1
      return start
    }
    return undefined
  }
  const continueTurn = () => {
    if (waiting.size > 0 && hasTime()) startNext()
  }

  return (owner) => {
    if (endsAt === undefined) beginTurn()
    if (waiting.size === 0 && hasTime()) return undefined
    const queue = waiting.get(owner) ?? []
    if (queue.length >= freePlaces) return Promise.resolve('busy')
    freePlaces -= 1
    waiting.set(owner, queue)
    return new Promise((resolve) => queue.push(() => resolve(undefined)))
  }
}
