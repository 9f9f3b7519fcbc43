import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  type Operation,
  toOutput,
} from '../operation'
import { emailOptions, readEmail, recipient } from './email'
import { getSerialNumber, passLocator } from './passLocator'

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
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const serialNumber = await getSerialNumber(operation)
    const email = readEmail(operation, 'options')
    const key = buildIdempotencyKey(context, itemIndex, email)
    const result = await client.sendEmail(serialNumber, email, key)
    return toOutput(operation, { serialNumber, to: email.to, ...result })
  },
}
