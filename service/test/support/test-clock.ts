import { EventEmitter, once } from 'node:events'

/** A clock that stands still until it is moved. */
export interface TestClock {
  now: () => Date
  move(milliseconds: number): void
  /** Waits until it was asked so often from now on: a worker asks at least once whenever it looks for work. */
  untilAsked(times: number): Promise<void>
}

/** Makes a clock that stands at the present. */
export function makeTestClock(): TestClock {
  const questions = new EventEmitter()
  let at = Date.now()
  return {
    now() {
      questions.emit('asked')
      return new Date(at)
    },
    move(milliseconds) {
      at += milliseconds
    },
    async untilAsked(times) {
      const signal = AbortSignal.timeout(20_000)
      for (let count = 0; count < times; count += 1) await once(questions, 'asked', { signal })
    },
  }
}
