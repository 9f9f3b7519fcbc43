/** Waits until there is time left in a turn of the event loop; undefined when there is some now. */
export type TakeLoopTime = () => Promise<void> | undefined

/**
 * Creates the function that work awaits before it computes for a while, so that many pieces that arrive
 * at once do not block the event loop together: after `budgetMs` of them in one turn the others wait, in
 * their order, for the next turn, and what else has arrived by then is served before.
 */
export function createLoopTurns(budgetMs: number): TakeLoopTime {
  const waiting: (() => void)[] = []
  let endsAt: number | undefined

  const hasTime = () => performance.now() < (endsAt ?? Infinity)
  const beginTurn = () => {
    endsAt = performance.now() + budgetMs
    setImmediate(endTurn)
  }
  const endTurn = () => {
    endsAt = undefined
    if (waiting.length === 0) return
    beginTurn()
    startNext()
  }
  const startNext = () => {
    waiting.shift()?.()
    // Ticks come after microtasks: the next one starts when this one has come to its first real wait.
    if (waiting.length > 0) queueMicrotask(() => process.nextTick(continueTurn))
  }
  const continueTurn = () => {
    if (waiting.length > 0 && hasTime()) startNext()
  }

  return () => {
    if (endsAt === undefined) beginTurn()
    if (waiting.length === 0 && hasTime()) return undefined
    return new Promise((resolve) => waiting.push(resolve))
  }
}
