/**
 * Calls `run` for the indexes from 0 to `count` - 1, at most `concurrency` at a time, and returns the results in that order. After
 * an error no further call is started; once the running ones have ended, the error with the lowest index is thrown.
 */
export async function mapConcurrently<Result>(
  count: number,
  concurrency: number,
  run: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const errors = new Map<number, unknown>()
  let next = 0
  const worker = async () => {
    while (next < count && errors.size === 0) {
      const index = next++
      await run(index).then(
        (result) => {
          results[index] = result
        },
        (error: unknown) => errors.set(index, error),
      )
    }
  }
  const workers = Math.min(count, Math.max(1, Math.floor(concurrency) || 1))
  await Promise.all(Array.from({ length: workers }, worker))
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()))
  return results
}
