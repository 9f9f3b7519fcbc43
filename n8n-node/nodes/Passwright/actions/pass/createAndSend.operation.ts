import { collections, onTop } from '../../form/passForm'
import type { Operation } from '../operation'
import { mailOf, recipient } from './mail'
import { fileAndOptions, firstFields, furtherGroups, makePass } from './makePass'

const groups = [...furtherGroups, 'email', 'reference'] as const

export const createAndSend: Operation = {
  value: 'createAndSend',
  name: 'Create and Send by Email',
  action: 'Create pass and send it by email',
  description: 'Make a new pass and mail it, one tap from Wallet',
  properties: [
    ...recipient,
    ...onTop(firstFields, ['title']),
    ...collections(groups, [...firstFields, 'to', 'name']),
    ...fileAndOptions,
  ],
  run: (step) => makePass(step, { groups, top: firstFields }, { email: mailOf(step, 'email') }),
}
