/** Runs work so many times, so many at a time; the work gets the number of its run. */
export async function runMany(
  count: number,
  concurrency: number,
  work: (run: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const runCaller = async () => {
    while (next < count) {
      const run = next
      next += 1
      await work(run)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, runCaller))
}
