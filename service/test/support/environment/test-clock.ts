import { EventEmitter, once } from 'node:events'

/** A clock that only moves when it is advanced. */
export interface TestClock {
  now: () => Date
  advance(milliseconds: number): void
  /** Waits until the clock was read this many times: a worker reads it at every poll. */
  waitForReads(times: number): Promise<void>
}

/** Creates a clock that starts at the current time. */
export function createTestClock(): TestClock {
  const reads = new EventEmitter()
  let at = Date.now()
  return {
    now() {
      reads.emit('read')
      return new Date(at)
    },
    advance(milliseconds) {
      at += milliseconds
    },
    async waitForReads(times) {
      const signal = AbortSignal.timeout(20_000)
      for (let count = 0; count < times; count += 1) await once(reads, 'read', { signal })
    },
  }
}
