/**
 * Runs work at most once in a period, however many ask: in between they get the last result, or the
 * error, or wait for the one that is running.
 */
export function remember<T>(
  work: () => Promise<T>,
  now: () => Date,
  periodMs: number,
): () => Promise<T> {
  let last: { at: number; result: Promise<T> } | undefined
  return () => {
    const at = now().getTime()
    // Also when the clock was set back.
    if (last && Math.abs(at - last.at) < periodMs) return last.result
    last = { at, result: work() }
    return last.result
  }
}
