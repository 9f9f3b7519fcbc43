import { setTimeout as wait } from 'node:timers/promises'

/** Asks until it is so and gives the answer; throws with the last one when it does not come. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isSo: (answer: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (performance.now() > deadline) {
      throw new Error(`It did not come to that: ${JSON.stringify(answer)}`)
    }
    await wait(20)
  }
}
