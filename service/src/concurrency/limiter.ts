/**
 * Runs an owner's work when a slot is free for that owner. Resolves to `'busy'`, without running it,
 * when there is no place in the queue or the signal aborts while the work is queued.
 */
export type Limiter = <T>(
  owner: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
) => Promise<T | 'busy'>

export interface LimiterOptions {
  /** How much work runs at a time. */
  concurrency: number
  /** How much more may wait. */
  maxQueued?: number
}

/** An owner with running or queued work. */
interface Owner {
  running: number
  /** Starts the queued work, oldest first. */
  queue: Set<() => void>
}

/**
 * Creates a limiter that is fair between owners: free slots go to owners in turns, and an owner may
 * hold at most as many slots as are still free. So an owner alone gets half of them, two get a third
 * each, and a newcomer finds one free. Places in the queue are shared by the same rule.
 */
export function createLimiter({ concurrency, maxQueued = Infinity }: LimiterOptions): Limiter {
  let free = concurrency
  let freePlaces = maxQueued
  /** In the order of their turns: an owner goes to the end when its work starts or ends. */
  const owners = new Map<string, Owner>()

  /** Starts queued work until there is no owner left who may take a slot. */
  const startQueued = () => {
    for (let next = findNext(); next; next = findNext()) next()
  }

  const findNext = (): (() => void) | undefined => {
    for (const { running, queue } of owners.values()) {
      const [start] = queue
      if (start && running < free) return start
    }
    return undefined
  }

  const takeSlot = (name: string, owner: Owner) => {
    free -= 1
    owner.running += 1
    moveToEnd(name, owner)
  }

  /** Moves an owner to the end of the turns; one without any work is forgotten. */
  const moveToEnd = (name: string, owner: Owner) => {
    owners.delete(name)
    if (owner.running > 0 || owner.queue.size > 0) owners.set(name, owner)
  }

  /** Resolves to true when the work has its slot, to false when the signal aborts before. */
  const waitForSlot = (name: string, owner: Owner, signal?: AbortSignal): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const leave = (hasSlot: boolean) => {
      owner.queue.delete(start)
      freePlaces += 1
      signal?.removeEventListener('abort', giveUp)
      resolve(hasSlot)
    }
    const start = () => {
      takeSlot(name, owner)
      leave(true)
    }
    const giveUp = () => {
      leave(false)
      if (owner.running === 0 && owner.queue.size === 0) owners.delete(name)
    }
    signal?.addEventListener('abort', giveUp)
    freePlaces -= 1
    owner.queue.add(start)
    owners.set(name, owner)
    return promise
  }

  return async (name, work, signal) => {
    const owner = owners.get(name) ?? { running: 0, queue: new Set() }
    if (owner.queue.size === 0 && owner.running < free) takeSlot(name, owner)
    else if (signal?.aborted || owner.queue.size >= freePlaces) return 'busy'
    else if (!(await waitForSlot(name, owner, signal))) return 'busy'
    try {
      return await work()
    } finally {
      free += 1
      owner.running -= 1
      moveToEnd(name, owner)
      startQueued()
    }
  }
}
