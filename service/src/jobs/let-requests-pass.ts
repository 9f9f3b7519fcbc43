import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from '../context.ts'

/** How often it looks whether requests are being served, and how long a job waits for them at most. */
const STEP_MS = 1
const MAX_WAIT_MS = 25

/**
 * Lets the requests go first that this process is serving. A job of many steps calls it between two of
 * them, so that whoever asks for a pass meanwhile waits for one step at most; it goes on in any case.
 */
export async function letRequestsPass(
  { expectedWrites }: Pick<Context, 'expectedWrites'>,
  maxWaitMs = MAX_WAIT_MS,
): Promise<void> {
  const latest = performance.now() + maxWaitMs
  do await wait(STEP_MS)
  while (expectedWrites.count() > 0 && performance.now() < latest)
}
