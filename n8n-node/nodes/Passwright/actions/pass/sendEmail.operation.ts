import type { EmailRequest } from '../../portable/api/passes'
import { emailItems } from '../../portable/fields/items'
import { assemble } from '../../portable/forms/assemble'
import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  type Operation,
  type OperationContext,
  toUnchangedOutput,
} from '../operation'
import { assertRecipient, buildRecipientLabels, emailOptions, recipient } from './email'
import { getSerialNumber, passLocator } from './passLocator'
import { getPassSummary } from './passSummary'

export const sendEmail: Operation = {
  value: 'sendEmail',
  name: 'Send by Email',
  action: 'Send pass by email',
  description: 'Send an existing pass by email, with its file attached so that phones offer Wallet',
  properties: [
    passLocator,
    ...recipient,
    buildOptions([...emailOptions, idempotencyKeyOption, itemsAtOnce]),
  ],
  labels: { ...buildRecipientLabels(''), ...buildRecipientLabels('email.') },
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    assertRecipient(operation)
    const serialNumber = await getSerialNumber(operation)
    const email = readEmail(operation)
    const key = buildIdempotencyKey(context, itemIndex, email)
    const result = await client.sendEmail(serialNumber, email, key)
    const pass = await getPassSummary(operation, serialNumber)
    return toUnchangedOutput(operation, { ...pass, to: email.to, ...result })
  },
}

/** Reads the email of one item. */
function readEmail({ context, itemIndex }: OperationContext): EmailRequest {
  const values = Object.fromEntries(
    emailItems.map(({ key }) => {
      const name = emailOptions.some((option) => option.name === key) ? `options.${key}` : key
      return [key, context.getNodeParameter(name, itemIndex, '')]
    }),
  )
  const { email } = assemble({ email: values })
  return email as EmailRequest
}
