import { buildCollections, buildTopLevel } from '../../form/passForm'
import type { Operation } from '../operation'
import { basicFields, buildFileAndOptions, createPass, designGroups } from './createPass'
import { assertRecipient, buildRecipientLabels, recipient } from './email'

const groups = [...designGroups, 'email', 'reference'] as const
const topLevel = ['to', 'name', ...basicFields] as const

export const createAndSend: Operation = {
  value: 'createAndSend',
  name: 'Create and Send by Email',
  action: 'Create pass and send it by email',
  description: 'Create a new pass and send it by email, one tap away from Wallet',
  properties: [
    ...recipient,
    ...buildTopLevel(basicFields, ['title']),
    ...buildCollections(groups, topLevel),
    ...buildFileAndOptions(),
  ],
  labels: buildRecipientLabels('email.'),
  run: async (operation) => {
    assertRecipient(operation)
    return createPass(operation, { groups, topLevel })
  },
}
