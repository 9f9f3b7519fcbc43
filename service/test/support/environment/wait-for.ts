import { setTimeout as wait } from 'node:timers/promises'

/** Polls a value until the condition holds and returns it; throws with the last value after `timeoutMs`. */
export async function waitFor<T>(
  getValue: () => T | Promise<T>,
  condition: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await getValue()
    if (condition(value)) return value
    if (performance.now() > deadline) {
      throw new Error(`The condition did not come true. The last value: ${JSON.stringify(value)}`)
    }
    await wait(20)
  }
}
