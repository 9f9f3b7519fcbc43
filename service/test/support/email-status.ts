import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@passwright/shared'
import type { Email } from '@passwright/shared/schema'

/** Asks for an e-mail until it is so, and gives it; throws with what it was last when that does not come. */
export async function untilEmail(
  { getEmail }: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
  isSo: (email: Email) => boolean,
  timeout = 15_000,
): Promise<Email> {
  const deadline = performance.now() + timeout
  for (;;) {
    const email = await getEmail(emailId)
    if (isSo(email)) return email
    if (performance.now() > deadline) {
      throw new Error(`What was waited for did not come. The e-mail is: ${JSON.stringify(email)}`)
    }
    await pause(25)
  }
}

/** Waits until an e-mail was sent or has failed for good. */
export function untilEnded(
  client: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
): Promise<Email> {
  return untilEmail(client, emailId, ({ status }) => status !== 'queued')
}

/** Waits until the attempt of this instant or a later one was written down. */
export function untilTried(
  client: Pick<Client<unknown>, 'getEmail'>,
  emailId: string,
  at: Date,
): Promise<Email> {
  return untilEmail(
    client,
    emailId,
    ({ status, reason, lastUpdated }) =>
      (status !== 'queued' || reason !== undefined) && lastUpdated >= at.toISOString(),
  )
}
