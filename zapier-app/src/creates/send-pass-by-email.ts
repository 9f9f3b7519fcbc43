import { assemble, type EmailRequest, emailItems } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import { buildItemFields } from '../input-fields.ts'
import { passDropdown } from '../pass-dropdown.ts'
import { passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { callService } from '../transport.ts'

const reference: PlainInputField = {
  key: 'reference',
  label: 'Reference',
  type: 'string',
  helpText:
    'Within 24 hours, the same email with the same pass is sent only once, however often the step runs. To send it again, map a value here that is different each time, such as an order number.',
}

/** Sends an existing pass by email. */
export const sendPassByEmail = {
  key: 'send_pass_by_email',
  noun: 'Pass',
  display: {
    label: 'Send Pass by Email',
    description: 'Sends a pass by email, with the file attached and a button for Wallet.',
  },
  operation: {
    inputFields: [passDropdown, ...buildItemFields(emailItems, ['to']), reference],
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

async function perform(z: ZObject, bundle: Bundle) {
  const { serialNumber, reference, ...emailInput } = bundle.inputData as {
    serialNumber: string
    reference?: string
  }
  const { email = { to: '' } } = assemble({ email: emailInput }) as { email?: EmailRequest }
  return callService(z, bundle, async (client) => {
    const pass = await client.getPass(serialNumber)
    const keyParts = [serialNumber, pass.lastUpdated, email, reference || null]
    const sent = await client.sendEmail(
      serialNumber,
      email,
      buildIdempotencyKey(z, bundle, 'email', ...keyParts),
    )
    return toPassOutput(z, { ...pass, email: { ...sent, to: email.to } })
  })
}
