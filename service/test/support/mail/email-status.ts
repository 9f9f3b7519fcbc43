import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@passwright/shared'
import type { Email } from '@passwright/shared/schema'

/** Polls the status of an email until the condition holds and returns it; throws with the last status after `timeoutMs`. */
export async function waitForEmail(
  { getEmail }: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
  condition: (email: Email) => boolean,
  timeoutMs = 30_000,
): Promise<Email> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const email = await getEmail(emailId)
    if (condition(email)) return email
    if (performance.now() > deadline) {
      throw new Error(`The email did not get the expected status. It is: ${JSON.stringify(email)}`)
    }
    await pause(25)
  }
}

/** Waits until an email is sent or has failed. */
export function waitForFinalStatus(
  client: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
): Promise<Email> {
  return waitForEmail(client, emailId, ({ status }) => status !== 'queued')
}

/** Waits until an attempt at this time or later is recorded. */
export function waitForAttempt(
  client: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
  at: Date,
): Promise<Email> {
  return waitForEmail(
    client,
    emailId,
    ({ status, reason, lastUpdated }) =>
      (status !== 'queued' || reason !== undefined) && lastUpdated >= at.toISOString(),
  )
}
