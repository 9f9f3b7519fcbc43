import { findSlowest, type Holder, type Peer, sumByOwner } from './holders.ts'

/** The bytes of bodies and replies that a process holds in memory for its callers. */
export interface MemoryBudget {
  /** Begins with nothing; every owner has a share of the memory. */
  hold(owner: string): Hold
}

/** What one request holds, from its body to its reply. */
export interface Hold {
  /** Counts for another owner from now on. */
  setOwner(owner: string): void
  /** Waits until so many more bytes fit; false when they do not in time. */
  reserve(bytes: number): Promise<boolean>
  /**
   * Waits for one of the few turns in which large replies are made, and until so many bytes fit with
   * what is held already; `endTurn` gives the turn back.
   */
  reserveTurn(bytes: number): Promise<boolean>
  endTurn(): void
  /** Sets what is held. It does not wait, because it is held already. */
  resize(bytes: number): void
  /** While the caller sends or reads, it may be cut off to make room; undefined while we work. */
  setPeer(peer: Peer | undefined): void
  release(): void
}

export interface BudgetOptions {
  maxBytes?: number
  /** How many large replies are made at a time. */
  maxTurns?: number
  /** How many requests of one owner may wait. */
  maxWaiting?: number
  now?: () => number
}

interface Waiter {
  holder: Holder
  bytes: number
  needsTurn: boolean
  leave: (isGranted: boolean) => void
}

/** Room for thousands of usual replies, in a process that stays below half a gigabyte. */
const MAX_BYTES = 64 * 1024 * 1024
const MAX_TURNS = 4
const MAX_WAITING = 100
const MAX_WAITING_IN_ALL = 1_000
const MAX_WAIT_MS = 10_000

/** How often to look for slow connections while others wait for room. */
const CHECK_MS = 250

/**
 * Creates the budget of a process. Whoever holds the least is served first, and one owner may hold half
 * of everything. While others wait for room, the slowest connections of the owner that holds the most
 * are cut off: reading slowly costs nobody anything until memory is short.
 */
export function createMemoryBudget({
  maxBytes = MAX_BYTES,
  maxTurns = MAX_TURNS,
  maxWaiting = MAX_WAITING,
  now = () => performance.now(),
}: BudgetOptions = {}): MemoryBudget {
  const holders = new Set<Holder>()
  const waiters = new Set<Waiter>()
  let isScheduled = false
  let recheck: NodeJS.Timeout | undefined

  const fitsInAll = (bytes: number) => sumByOwner(holders).all.bytes + bytes <= maxBytes
  const fits = ({ holder: { owner }, bytes, needsTurn }: Omit<Waiter, 'leave'>): boolean => {
    const { all, get } = sumByOwner(holders)
    const own = get(owner)
    const hasRoom =
      all.bytes + bytes <= maxBytes && (own.bytes === 0 || own.bytes + bytes <= maxBytes / 2)
    return hasRoom && (!needsTurn || (all.turns < maxTurns && own.turns < maxTurns / 2))
  }
  const grant = ({ holder, bytes, needsTurn }: Omit<Waiter, 'leave'>) => {
    holders.add(holder)
    holder.bytes += bytes
    holder.hasTurn ||= needsTurn
  }

  /** Grants what fits, after the other work of this turn of the event loop, and makes room for the rest. */
  const schedule = () => {
    if (isScheduled || (waiters.size === 0 && fitsInAll(0))) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      clearTimeout(recheck)
      for (let next = findNext(); next; next = findNext()) {
        grant(next)
        next.leave(true)
      }
      makeRoom()
      if (waiters.size > 0) recheck = setTimeout(schedule, CHECK_MS).unref()
    })
  }
  const findNext = (): Waiter | undefined => {
    const { get } = sumByOwner(holders)
    return [...waiters]
      .sort((one, other) => get(one.holder.owner).bytes - get(other.holder.owner).bytes)
      .find(fits)
  }
  const makeRoom = () => {
    const { get } = sumByOwner(holders)
    const [needy] = [...waiters]
      .filter((waiter) => !fits({ ...waiter, needsTurn: false }))
      .sort((one, other) => get(one.holder.owner).bytes - get(other.holder.owner).bytes)
    if (!needy && fitsInAll(0)) return
    const mayCut = (owner: string) => {
      if (!needy || owner === needy.holder.owner) return true
      // Nobody is cut off for the sake of one who holds more, or who is at the limit of one owner.
      return !fitsInAll(needy.bytes) && get(owner).bytes > get(needy.holder.owner).bytes
    }
    findSlowest(holders, mayCut, now())?.peer?.cut()
  }

  const reserve = (holder: Holder, bytes: number, needsTurn: boolean): Promise<boolean> => {
    const wanted = { holder, bytes, needsTurn }
    if (waiters.size === 0 && fits(wanted)) {
      grant(wanted)
      return Promise.resolve(true)
    }
    const ofOwner = [...waiters].filter(({ holder: { owner } }) => owner === holder.owner)
    if (ofOwner.length >= maxWaiting || waiters.size >= MAX_WAITING_IN_ALL) {
      return Promise.resolve(false)
    }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waiter: Waiter = {
      ...wanted,
      leave: (isGranted) => {
        waiters.delete(waiter)
        clearTimeout(timeout)
        resolve(isGranted)
      },
    }
    const timeout = setTimeout(() => waiter.leave(false), MAX_WAIT_MS).unref()
    waiters.add(waiter)
    schedule()
    return promise
  }

  const hold = (owner: string): Hold => {
    const holder: Holder = { owner, bytes: 0, hasTurn: false, peer: undefined, peerSince: 0 }
    const update = (change: Partial<Holder>) => {
      Object.assign(holder, change)
      schedule()
    }
    return {
      setOwner: (next) => update({ owner: next }),
      reserve: (bytes) => reserve(holder, bytes, false),
      reserveTurn: (bytes) => reserve(holder, Math.max(0, bytes - holder.bytes), true),
      endTurn: () => update({ hasTurn: false }),
      resize: (bytes) => {
        if (bytes > 0) holders.add(holder)
        update({ bytes })
      },
      setPeer: (peer) => update({ peer, peerSince: now() }),
      release: () => {
        for (const waiter of waiters) if (waiter.holder === holder) waiter.leave(false)
        if (holders.delete(holder)) schedule()
      },
    }
  }
  return { hold }
}
