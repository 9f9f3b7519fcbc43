import { idempotencyKey } from '../../shared/idempotencyKey'
import { idempotencyKeyOption, itemsAtOnce, type Operation, options, passedOn } from '../operation'
import { mailOf, mailWords, recipient } from './mail'
import { passLocator, serialNumberOf } from './passLocator'

export const sendEmail: Operation = {
  value: 'sendEmail',
  name: 'Send by Email',
  action: 'Send pass by email',
  description: 'Mail a pass with its file attached so that phones offer Wallet',
  properties: [
    passLocator,
    ...recipient,
    options([...mailWords, idempotencyKeyOption, itemsAtOnce]),
  ],
  run: async (step) => {
    const serialNumber = await serialNumberOf(step)
    const mail = mailOf(step, 'options')
    const key = idempotencyKey(step.context, step.itemIndex, mail)
    const queued = await step.client.sendEmail(serialNumber, mail, key)
    return passedOn(step, { serialNumber, to: mail.to, ...queued })
  },
}
