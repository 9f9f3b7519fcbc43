import { findSlowest, type Holder, type Holdings, type Peer, sumByOwner } from './holders.ts'

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
  /** The same for one of the few turns in which large replies are made. */
  reserveTurn(bytes: number): Promise<boolean>
  /** Gives a turn back, and what was reserved for it. */
  endTurn(bytes: number): void
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

interface Wanted {
  holder: Holder
  bytes: number
  needsTurn: boolean
}

interface Waiter extends Wanted {
  leave: (isGranted: boolean) => void
}

/** Room for thousands of usual replies, in a process that stays below half a gigabyte. */
const MAX_BYTES = 40 * 1024 * 1024
const MAX_TURNS = 3
const MAX_WAITING = 100
const MAX_WAITING_IN_ALL = 1_000
const MAX_WAIT_MS = 10_000

/** How often to look for slow connections while others wait for room. */
const CHECK_MS = 250

/**
 * Creates the budget of a process. The owner that holds the least is served first, and one may hold half
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

  const hasRoom = ({ all, get }: Holdings, { holder: { owner }, bytes }: Wanted): boolean => {
    const own = get(owner)
    const isBelowShare = own.bytes === 0 || own.bytes + bytes <= maxBytes / 2
    return all.bytes + bytes <= maxBytes && isBelowShare
  }
  const fits = (holdings: Holdings, wanted: Wanted): boolean => {
    const { all, get } = holdings
    const hasTurn = all.turns < maxTurns && get(wanted.holder.owner).turns < maxTurns / 2
    return hasRoom(holdings, wanted) && (!wanted.needsTurn || hasTurn)
  }
  /** The one of an owner that holds the least; of several the first. */
  const findLeast = (holdings: Holdings, matches: (waiter: Waiter) => boolean) => {
    const toHeld = ({ holder }: Waiter) => holdings.get(holder.owner).bytes
    let least: Waiter | undefined
    for (const waiter of waiters) {
      if ((!least || toHeld(waiter) < toHeld(least)) && matches(waiter)) least = waiter
    }
    return least
  }
  const grant = ({ holder, bytes, needsTurn }: Wanted) => {
    holders.add(holder)
    holder.bytes += bytes
    holder.hasTurn ||= needsTurn
  }

  /** Grants what fits, after the other work of this turn of the event loop, and makes room for the rest. */
  const schedule = () => {
    if (isScheduled || (waiters.size === 0 && sumByOwner(holders).all.bytes <= maxBytes)) return
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
    const holdings = sumByOwner(holders)
    return findLeast(holdings, (waiter) => fits(holdings, waiter))
  }
  const makeRoom = () => {
    const holdings = sumByOwner(holders)
    const { all, get } = holdings
    const needy = findLeast(holdings, (waiter) => !hasRoom(holdings, waiter))
    if (!needy && all.bytes <= maxBytes) return
    const mayCut = (owner: string) => {
      if (!needy || owner === needy.holder.owner) return true
      // Nobody is cut off for the sake of one who holds more, or who is at the limit of one owner.
      return all.bytes + needy.bytes > maxBytes && get(owner).bytes > get(needy.holder.owner).bytes
    }
    findSlowest(holders, mayCut, now())?.peer?.cut()
  }

  const reserve = (holder: Holder, bytes: number, needsTurn: boolean): Promise<boolean> => {
    const wanted = { holder, bytes, needsTurn }
    if (waiters.size === 0 && fits(sumByOwner(holders), wanted)) {
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
      reserveTurn: (bytes) => reserve(holder, bytes, true),
      endTurn: (bytes) => update({ hasTurn: false, bytes: holder.bytes - bytes }),
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
