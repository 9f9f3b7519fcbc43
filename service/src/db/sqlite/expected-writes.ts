/** The work under way that will end with a transaction: a group commit on SQLite waits for it. */
export interface ExpectedWrites {
  /** Runs such work. */
  during: <T>(work: () => Promise<T>) => Promise<T>
  count: () => number
}

/** Counts the work of this process. */
export function createExpectedWrites(): ExpectedWrites {
  let count = 0
  return {
    async during(work) {
      count += 1
      try {
        return await work()
      } finally {
        count -= 1
      }
    },
    count: () => count,
  }
}
