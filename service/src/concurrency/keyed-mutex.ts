/** Runs work under the lock of a name; work under the same name runs in the order of the calls. */
export type WithLock = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Creates locks by name, within this process. */
export function createKeyedMutex(): WithLock {
  const lastByName = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const current = (lastByName.get(name) ?? Promise.resolve()).then(work, work)
    lastByName.set(name, current)
    const release = () => {
      if (lastByName.get(name) === current) lastByName.delete(name)
    }
    current.then(release, release)
    return current
  }
}
