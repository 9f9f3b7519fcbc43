import { assemble, type EmailRequest } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { objectFields } from '../input-fields.ts'
import { onceKey } from '../once.ts'
import { passChoice } from '../pass-choice.ts'
import { passFieldsWithId, passOutput, passSample } from '../pass-output.ts'
import { passwright } from '../transport.ts'

const reference: PlainInputField = {
  key: 'reference',
  label: 'Reference',
  type: 'string',
  helpText:
    'Within 24 hours the same mail of the same pass goes out once, however often the step runs. To send it again, map something here that is different each time, such as an order number.',
}

/** Mails a pass that is there already. */
export const sendPassByEmail = {
  key: 'send_pass_by_email',
  noun: 'Pass',
  display: {
    label: 'Send Pass by Email',
    description: 'Sends a pass by email, with the file attached and a button for Wallet.',
  },
  operation: {
    inputFields: [passChoice, ...objectFields('email', ['to']), reference],
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

async function perform(z: ZObject, bundle: Bundle) {
  const { serialNumber, reference, ...given } = bundle.inputData as {
    serialNumber: string
    reference?: string
  }
  const { email = { to: '' } } = assemble({ email: given }) as { email?: EmailRequest }
  return passwright(z, bundle, async (client) => {
    const pass = await client.getPass(serialNumber)
    const state = [serialNumber, pass.lastUpdated, email, reference || null]
    const sent = await client.sendEmail(serialNumber, email, onceKey(z, bundle, 'email', ...state))
    return passOutput(z, { ...pass, email: { ...sent, to: email.to } })
  })
}
