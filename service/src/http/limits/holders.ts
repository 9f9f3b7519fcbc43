/** Who holds how much of the memory for bodies and replies. */
export interface Holder {
  /** The address of a caller, or the id of its key. */
  owner: string
  bytes: number
  /** Whether it is making a large reply now. */
  hasTurn: boolean
  /** Set while bytes are on their way, to us or from us. */
  peer: Peer | undefined
  /** When the peer was set, in milliseconds. */
  peerSince: number
}

/** The other end of a connection. */
export interface Peer {
  /** How many bytes have come or gone so far. */
  movedBytes: () => number
  /** How long to wait before its speed is judged, in milliseconds. */
  graceMs: number
  /** Closes the connection. */
  cut: () => void
}

/** What is held in all, and by each owner. */
export interface Holdings {
  all: Sum
  get: (owner: string) => Sum
}

interface Sum {
  bytes: number
  turns: number
}

/** Sums up what is held, by owner and in all. */
export function sumByOwner(holders: Iterable<Holder>): Holdings {
  const all: Sum = { bytes: 0, turns: 0 }
  const byOwner = new Map<string, Sum>()
  for (const { owner, bytes, hasTurn } of holders) {
    const own = byOwner.get(owner) ?? { bytes: 0, turns: 0 }
    byOwner.set(owner, own)
    for (const sum of [own, all]) {
      sum.bytes += bytes
      sum.turns += hasTurn ? 1 : 0
    }
  }
  return { all, get: (owner) => byOwner.get(owner) ?? { bytes: 0, turns: 0 } }
}

/** A faster connection is not slow, however short memory is. */
const FAST_BYTES_PER_SECOND = 64 * 1024

/** So long even a fast one may take while others wait. */
const PATIENCE_MS = 10_000

/** Finds the slowest peer of the owner that holds the most, among the owners that may be cut off. */
export function findSlowest(
  holders: Iterable<Holder>,
  mayCut: (owner: string) => boolean,
  now: number,
): Holder | undefined {
  const { get } = sumByOwner(holders)
  const toSpeed = ({ peer, peerSince }: Holder) =>
    ((peer?.movedBytes() ?? 0) * 1000) / (now - peerSince)
  const isSlow = (holder: Holder) => {
    const { peer, peerSince } = holder
    if (!peer || now - peerSince < peer.graceMs) return false
    return now - peerSince >= PATIENCE_MS || toSpeed(holder) < FAST_BYTES_PER_SECOND
  }
  const [slowest] = [...holders]
    .filter((holder) => isSlow(holder) && mayCut(holder.owner))
    .sort(
      (one, other) =>
        get(other.owner).bytes - get(one.owner).bytes || toSpeed(one) - toSpeed(other),
    )
  return slowest
}
