import { buildCollections, buildTopLevel } from '../../form/passForm'
import type { Operation } from '../operation'
import { basicFields, buildFileAndOptions, createGroups, createPass } from './createPass'
import { assertRecipient, buildRecipientLabels, recipient } from './email'

const topLevel = ['to', 'name', ...basicFields] as const

export const createAndSend: Operation = {
  value: 'createAndSend',
  name: 'Create and Send by Email',
  action: 'Create pass and send it by email',
  description: 'Create a new pass and send it by email, one tap away from Wallet',
  properties: [
    ...recipient,
    ...buildTopLevel(basicFields, ['title']),
    ...buildCollections(createGroups, topLevel),
    ...buildFileAndOptions(),
  ],
  labels: buildRecipientLabels('email.'),
  run: async (operation) => {
    assertRecipient(operation)
    return createPass(operation, { groups: createGroups, topLevel })
  },
}
