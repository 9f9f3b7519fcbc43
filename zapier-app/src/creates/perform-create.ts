import { assemble, type EmailRequest } from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import { toFormValues } from '../input-fields.ts'
import { toPassOutput } from '../pass-output.ts'
import { callService } from '../transport.ts'

/**
 * Creates a pass, or updates the one with the same external ID. Without an external ID, the
 * idempotency key keeps a repeated request from creating a second pass. With one, a repeat changes
 * nothing, and the email is sent for each change of the pass unless the user chose otherwise.
 */
export async function performCreate(z: ZObject, bundle: Bundle) {
  const { email, ...pass } = assemble(toFormValues(bundle.inputData)) as { email?: EmailRequest }
  const { externalId } = pass as { externalId?: string }
  const isUpsert = externalId !== undefined
  const request = {
    ...pass,
    ...(email && { email: isUpsert ? { when: 'changed', ...email } : email }),
  }
  const key = isUpsert ? undefined : buildIdempotencyKey(z, bundle, 'create', request)
  return callService(z, bundle, async (client) =>
    toPassOutput(z, addRecipient(await client.createPass(request, key), email)),
  )
}

/** Adds the recipient of the request, which the response does not contain. */
function addRecipient<Result extends { email?: object }>(result: Result, email?: EmailRequest) {
  return result.email && email ? { ...result, email: { ...result.email, to: email.to } } : result
}
