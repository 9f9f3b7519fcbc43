/** Runs work when there is room; `busy` when the line is full or the signal ends the wait. */
export type Limiter = <T>(work: () => Promise<T>, patience: AbortSignal) => Promise<T | 'busy'>

/**
 * Gives a gate that lets `atOnce` pieces of work run at a time and at most `mayWait` more wait,
 * first come first served.
 */
export function createLimiter({
  atOnce,
  mayWait = Infinity,
}: {
  atOnce: number
  mayWait?: number
}): Limiter {
  let running = 0
  const line = new Set<() => void>()

  return async (work, patience) => {
    if (running < atOnce) running += 1
    else if (line.size >= mayWait || !(await myTurn(line, patience))) return 'busy'
    try {
      return await work()
    } finally {
      const [next] = line
      // A turn is handed on rather than given back, so that nobody can slip in between.
      if (next === undefined) running -= 1
      else next()
    }
  }
}

function myTurn(line: Set<() => void>, patience: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const leave = (itIsMyTurn: boolean) => {
    line.delete(take)
    patience.removeEventListener('abort', giveUp)
    resolve(itIsMyTurn)
  }
  const take = () => leave(true)
  const giveUp = () => leave(false)
  if (patience.aborted) return Promise.resolve(false)
  patience.addEventListener('abort', giveUp)
  line.add(take)
  return promise
}
