import { buildCollections, buildTopLevel } from '../../form/passForm'
import { createEmailItems } from '../../portable/items'
import type { Operation } from '../operation'
import { basicFields, createPass, designGroups, fileAndOptions } from './createPass'
import { readEmail, recipient } from './email'

const groups = [...designGroups, 'email', 'reference'] as const

export const createAndSend: Operation = {
  value: 'createAndSend',
  name: 'Create and Send by Email',
  action: 'Create pass and send it by email',
  description: 'Create a new pass and send it by email, one tap away from Wallet',
  properties: [
    ...recipient,
    ...buildTopLevel(basicFields, ['title']),
    ...buildCollections(groups, [...basicFields, 'to', 'name']),
    ...fileAndOptions,
  ],
  run: (operation) =>
    createPass(
      operation,
      { groups, topLevel: basicFields },
      { email: readEmail(operation, 'email', createEmailItems) },
    ),
}
