/** Runs work of one name one after the other, in the order in which it was asked for. */
export type WithLock = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Spares those who want the same thing from overtaking each other, within one process. */
export function createKeyedMutex(): WithLock {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work)
    last.set(name, turn)
    const leave = () => {
      if (last.get(name) === turn) last.delete(name)
    }
    turn.then(leave, leave)
    return turn
  }
}
