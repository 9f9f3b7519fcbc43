const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** npm and the process group both pass a signal on: within this time it is the same wish. */
const SAME_WISH_MS = 1_000

/** The service ends within 10 s whatever happens. */
const LONGEST_MS = 9_500

/** Calls `stop` at the first signal and exits 0 when it is done; a later second one exits at once. */
export function onStopSignal(stop: (signal: string) => Promise<void>): void {
  let since: number | undefined
  const receive = async (signal: string) => {
    if (since !== undefined) {
      if (performance.now() - since > SAME_WISH_MS) process.exit(1)
      return
    }
    since = performance.now()
    setTimeout(() => process.exit(1), LONGEST_MS).unref()
    await stop(signal)
    process.exit(0)
  }
  for (const signal of stopSignals) process.on(signal, receive)
}
