/** A lock that is passed on in the order in which it was asked for. */
export interface Turns {
  take: () => Promise<void>
  pass: () => void
  isTaken: () => boolean
  countWaiting: () => number
}

/** Creates a lock that nobody has. */
export function createTurns(): Turns {
  const waiting: (() => void)[] = []
  let isTaken = false
  return {
    async take() {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve))
      isTaken = true
    },
    pass() {
      const next = waiting.shift()
      if (next) next()
      else isTaken = false
    },
    isTaken: () => isTaken,
    countWaiting: () => waiting.length,
  }
}
