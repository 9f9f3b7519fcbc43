/** Runs work under a key, unless it runs already: then its result is shared. */
export type Share<T> = (key: string, work: () => Promise<T>) => Promise<T>

/** Creates it, within this process; nothing is kept once the work is done. */
export function createSharing<T>(): Share<T> {
  const running = new Map<string, Promise<T>>()
  return (key, work) => {
    const current = running.get(key) ?? work().finally(() => running.delete(key))
    running.set(key, current)
    return current
  }
}
