/**
 * Does the work for the numbers from 0 to `count`, at most `atOnce` at a time, and gives the results in their order. After a failure
 * nothing more is begun, what runs is waited for, and the failure with the lowest number is thrown.
 */
export async function inParallel<Result>(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const failures = new Map<number, unknown>()
  let next = 0
  const worker = async () => {
    while (next < count && failures.size === 0) {
      const index = next++
      await work(index).then(
        (result) => {
          results[index] = result
        },
        (error: unknown) => failures.set(index, error),
      )
    }
  }
  const workers = Math.min(count, Math.max(1, Math.floor(atOnce) || 1))
  await Promise.all(Array.from({ length: workers }, worker))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
  return results
}
