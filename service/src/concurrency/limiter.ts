/**
 * Runs work when fewer than the allowed number run. Resolves to `'busy'`, without running it, when
 * the queue is full or the signal aborts while the work is queued.
 */
export type Limiter = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T | 'busy'>

/** Creates a limiter: `concurrency` run at a time, up to `maxQueued` more wait, first in first out. */
export function createLimiter({
  concurrency,
  maxQueued = Infinity,
}: {
  concurrency: number
  maxQueued?: number
}): Limiter {
  let running = 0
  const queue = new Set<() => void>()

  return async (work, signal) => {
    if (running < concurrency) running += 1
    else if (queue.size >= maxQueued || !(await waitInQueue(queue, signal))) return 'busy'
    try {
      return await work()
    } finally {
      const [startNext] = queue
      // The slot passes directly to the next in the queue, so that new work cannot take it first.
      if (startNext === undefined) running -= 1
      else startNext()
    }
  }
}

/** Resolves to true when it is this work's turn, to false when the signal aborts before. */
function waitInQueue(queue: Set<() => void>, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const leave = (isMyTurn: boolean) => {
    queue.delete(start)
    signal?.removeEventListener('abort', giveUp)
    resolve(isMyTurn)
  }
  const start = () => leave(true)
  const giveUp = () => leave(false)
  signal?.addEventListener('abort', giveUp)
  queue.add(start)
  return promise
}
