import { assemble, type EmailRequest } from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import { toFormValues } from '../input-fields.ts'
import { toPassOutput } from '../pass-output.ts'
import { callService } from '../transport.ts'

/**
 * Creates a pass, or updates the one with the same external ID. Without an external ID, the
 * idempotency key covers the whole request. With one, repeating the request is harmless except for
 * the email, which gets a key of its own: it is sent once for each revision of the pass.
 */
export async function performCreate(z: ZObject, bundle: Bundle) {
  const { email, ...pass } = assemble(toFormValues(bundle.inputData)) as { email?: EmailRequest }
  const { externalId } = pass as { externalId?: string }
  return callService(z, bundle, async (client) => {
    if (externalId === undefined) {
      const request = { ...pass, ...(email && { email }) }
      const key = buildIdempotencyKey(z, bundle, 'create', request)
      return toPassOutput(z, addRecipient(await client.createPass(request, key), email))
    }
    const result = await client.createPass(pass)
    if (!email) return toPassOutput(z, result)
    const { serialNumber, lastUpdated } = result
    const key = buildIdempotencyKey(z, bundle, 'email', serialNumber, lastUpdated, email)
    const sent = await client.sendEmail(serialNumber, email, key)
    return toPassOutput(z, addRecipient({ ...result, email: sent }, email))
  })
}

/** Adds the recipient of the request, which the response does not contain. */
function addRecipient<Result extends { email?: object }>(result: Result, email?: EmailRequest) {
  return result.email && email ? { ...result, email: { ...result.email, to: email.to } } : result
}
