import { Problem } from '@passwright/shared'

/** Zapier ends a step after 30 seconds; ours ends before, and says why. */
export const deadlineMs = 25_000

/** Waits for a run of requests, at most until the deadline; throws `not_ready`, so that Zapier retries. */
export async function withDeadline<T>(address: string, run: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(createTimeoutProblem(address)), deadlineMs)
  })
  try {
    return await Promise.race([run, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function createTimeoutProblem(address: string): Problem {
  const sentence = `${address} did not reply within ${deadlineMs / 1000} seconds. Zapier will try again later.`
  return new Problem('not_ready', sentence)
}
