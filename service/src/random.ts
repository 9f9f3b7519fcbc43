import { randomFillSync } from 'node:crypto'

/** Asking the system for a few bytes costs as much as asking for so many. */
const POOL_BYTES = 4096

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/**
 * Draws cryptographically random bytes, at most 4096 (`node:crypto`). They come from a pool in memory,
 * where they are overwritten as soon as they are drawn.
 */
export function drawRandomBytes(size: number): Buffer {
  if (size > POOL_BYTES) throw new RangeError(`At most ${POOL_BYTES} random bytes at a time`)
  if (used + size > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const drawn = pool.subarray(used, used + size)
  const bytes = Buffer.from(drawn)
  drawn.fill(0)
  used += size
  return bytes
}
