/** Waits until there is time left in a turn of the event loop; undefined when there is some now. */
export type TakeLoopTime = (owner: string) => Promise<void> | undefined

/**
 * Creates the function that work awaits before it computes for a while, so that many pieces that arrive
 * at once do not block the event loop together: after `budgetMs` of them in one turn the others wait for
 * the next turn, and what else has arrived by then is served before. Owners take turns.
 */
export function createLoopTurns(budgetMs: number): TakeLoopTime {
  /** What starts the work that waits, oldest first, by owner in the order of their turns. */
  const waiting = new Map<string, (() => void)[]>()
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
    waiting.set(owner, queue)
    return new Promise((resolve) => queue.push(resolve))
  }
}
