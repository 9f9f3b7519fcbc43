import {
  assemble,
  type EmailRequest,
  emailItems,
  isEmpty,
  isObject,
  trimBlanks,
} from '@passwright/shared'
import { type Bundle, defineCreate, type PlainInputField, type ZObject } from 'zapier-platform-core'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import { buildItemFields } from '../input-fields.ts'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import { passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'

const reference: PlainInputField = {
  key: 'reference',
  label: 'Reference',
  type: 'string',
  helpText:
    'Within 24 hours, the same email with the same pass is sent only once, however often the step runs. To send it again, map a value here that is different each time, such as an order number.',
}

/** Sends an existing pass by email. */
export const sendPassByEmail = defineCreate({
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
})

async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  const { reference } = bundle.inputData
  const email = readEmail(z, bundle)
  return callService(z, bundle, async (client) => {
    const pass = await client.getPass(serialNumber)
    const mark = isEmpty(reference) ? null : trimBlanks(String(reference))
    const key = buildIdempotencyKey(z, bundle, 'email', serialNumber, pass.lastUpdated, email, mark)
    const sent = await client.sendEmail(serialNumber, email, key)
    return toPassOutput(z, { ...pass, email: { ...sent, to: email.to } })
  })
}

function readEmail(z: ZObject, { inputData }: Bundle): EmailRequest {
  const { email } = assemble({ email: inputData })
  if (!isObject(email) || typeof email.to !== 'string') {
    throw createHalt(z, 'To is empty: map the email address of the recipient.')
  }
  return { ...email, to: email.to }
}
