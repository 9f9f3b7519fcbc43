import { isEmpty, messageItem, trimBlanks } from '@passwright/shared'
import { type Bundle, defineCreate, type PlainInputField, type ZObject } from 'zapier-platform-core'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import { buildItemFields } from '../input-fields.ts'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import {
  notifiedDevicesField,
  passFieldsWithId,
  passSample,
  toPassOutput,
  toWarnings,
  warningsField,
} from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'

const reference: PlainInputField = {
  key: 'reference',
  label: 'Reference',
  type: 'string',
  placeholder: 'order-1042',
  helpText:
    'Such as an order number. Within 24 hours, the same message with the same reference is sent only once, however often the step runs. If it is empty, every run sends the message, a replay too.',
}

/** Sends a message to whoever has the pass in a wallet. */
export const sendMessage = defineCreate({
  key: 'send_message',
  noun: 'Message',
  display: {
    label: 'Send Message',
    description: 'Sends a message to everybody who has the pass in Apple Wallet.',
  },
  operation: {
    inputFields: [passDropdown, ...buildItemFields([messageItem], ['message']), reference],
    perform,
    outputFields: [...passFieldsWithId, notifiedDevicesField, warningsField],
    sample: { ...passSample, notifiedDevices: 1, warnings: '' },
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  const { message, reference } = bundle.inputData
  if (isEmpty(message)) throw createHalt(z, 'Message is empty: write or map the text to show.')
  const text = String(message)
  const key = isEmpty(reference)
    ? undefined
    : buildIdempotencyKey(z, bundle, 'message', serialNumber, text, trimBlanks(String(reference)))
  return callService(z, bundle, async (client) => {
    const { notifiedDevices, warnings } = await client.sendMessage(serialNumber, text, key)
    const pass = await client.getPass(serialNumber)
    return { ...toPassOutput(z, pass), notifiedDevices, warnings: toWarnings(warnings) }
  })
}
