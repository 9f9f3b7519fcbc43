import { buildOptions, itemsAtOnce, type Operation, toUnchangedOutput } from '../operation'
import { personEmail, readPersonEmail } from './personEmail'

export const forgetPerson: Operation = {
  value: 'forget',
  name: 'Forget',
  action: 'Forget person',
  description:
    'Void and blank the passes of a person, and delete all else that is held; this cannot be undone',
  properties: [personEmail, buildOptions([itemsAtOnce])],
  labels: { email: 'Email' },
  run: async (operation) => {
    const email = readPersonEmail(operation)
    const forgotten = await operation.client.forgetPerson(email)
    return toUnchangedOutput(operation, { deleted: true, ...forgotten })
  },
}
