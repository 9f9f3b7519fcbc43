// Shared by the proofs with kills: callers that repeat each request until it is acknowledged.

interface LoadOptions<Ack> {
  callers: number
  /** Sends a request once under a reference that is unique; undefined when it was not acknowledged. */
  send: (reference: string) => Promise<Ack | undefined>
  /** The pause of a caller after each acknowledged request. */
  pauseMs?: number
}

export interface Load<Ack> {
  /** Waits until so many more requests are acknowledged. */
  waitFor: (more: number) => Promise<void>
  /** How often a request was repeated. */
  repeats: () => number
  /** Lets the callers finish; returns what was acknowledged, by reference. */
  stop: () => Promise<Map<string, Ack>>
}

const RETRY_MS = 20

/** Starts callers that send one request after the other. */
export function startLoad<Ack>({ callers, send, pauseMs = 0 }: LoadOptions<Ack>): Load<Ack> {
  const acknowledged = new Map<string, Ack>()
  let isRunning = true
  let repeats = 0
  let waiting: { count: number; resolve: () => void } | undefined

  const sendUntilAcknowledged = async (reference: string): Promise<Ack> => {
    for (;;) {
      const ack = await send(reference)
      if (ack !== undefined) return ack
      repeats += 1
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
  const runCaller = async (caller: number) => {
    for (let count = 1; isRunning; count += 1) {
      const reference = `caller-${caller}-${count}`
      acknowledged.set(reference, await sendUntilAcknowledged(reference))
      if (waiting && acknowledged.size >= waiting.count) waiting.resolve()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const running = Promise.all(Array.from({ length: callers }, (_, caller) => runCaller(caller)))
  return {
    waitFor: (more) =>
      new Promise((resolve) => {
        waiting = { count: acknowledged.size + more, resolve }
      }),
    repeats: () => repeats,
    stop: async () => {
      isRunning = false
      await running
      return acknowledged
    },
  }
}
