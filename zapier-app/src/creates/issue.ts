import { assemble, type EmailRequest } from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { answersOf } from '../input-fields.ts'
import { onceKey } from '../once.ts'
import { passOutput } from '../pass-output.ts'
import { passwright } from '../transport.ts'

/**
 * Makes a pass, or brings the one with the maker's own ID up to date. Without such an ID the
 * whole call is done once; with it the pass is what was asked last however often that is, and only
 * the mail has to be held back: one for each state of the pass.
 */
export async function issue(z: ZObject, bundle: Bundle) {
  const { email, ...pass } = assemble(answersOf(bundle.inputData)) as { email?: EmailRequest }
  const { externalId } = pass as { externalId?: string }
  return passwright(z, bundle, async (client) => {
    if (externalId === undefined) {
      const request = { ...pass, ...(email && { email }) }
      const made = await client.createPass(request, onceKey(z, bundle, 'create', request))
      return passOutput(z, withRecipient(made, email))
    }
    const made = await client.createPass(pass)
    if (!email) return passOutput(z, made)
    const { serialNumber, lastUpdated } = made
    const key = onceKey(z, bundle, 'email', serialNumber, lastUpdated, email)
    const sent = await client.sendEmail(serialNumber, email, key)
    return passOutput(z, withRecipient({ ...made, email: sent }, email))
  })
}

/** The answer names the mail, and not whom it goes to. */
function withRecipient<Made extends { email?: object }>(made: Made, email?: EmailRequest) {
  return made.email && email ? { ...made, email: { ...made.email, to: email.to } } : made
}
