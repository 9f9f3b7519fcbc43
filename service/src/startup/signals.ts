const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** npm and the process group both forward a signal, so a second one within this time is the same. */
const DUPLICATE_SIGNAL_MS = 1_000

/** The process exits within 10 s of a signal, finished or not. */
const STOP_TIMEOUT_MS = 9_500

/** What a shell reports of a program that a signal has ended. */
const exitCodes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const

/** Exits at a signal, as a process does that handles none; until `onStopSignal` is called. */
export function exitOnStopSignal(): void {
  for (const signal of stopSignals) process.on(signal, exit)
}

function exit(signal: (typeof stopSignals)[number]): void {
  process.exit(exitCodes[signal])
}

/** Calls `stop` at the first signal and then exits 0; a later second signal exits 1 at once. */
export function onStopSignal(stop: (signal: string) => Promise<void>): void {
  let firstSignalAt: number | undefined
  const handle = async (signal: string) => {
    if (firstSignalAt !== undefined) {
      if (performance.now() - firstSignalAt > DUPLICATE_SIGNAL_MS) process.exit(1)
      return
    }
    firstSignalAt = performance.now()
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref()
    await stop(signal)
    process.exit(0)
  }
  for (const signal of stopSignals) {
    process.off(signal, exit)
    process.on(signal, handle)
  }
}
