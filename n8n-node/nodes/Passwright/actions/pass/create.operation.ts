import { collections, onTop } from '../../form/passForm'
import type { Operation } from '../operation'
import { fileAndOptions, firstFields, furtherGroups, makePass } from './makePass'

const groups = [...furtherGroups, 'email', 'reference'] as const

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create pass',
  description: 'Make a new pass and get it as a .pkpass file',
  properties: [
    ...onTop(firstFields, ['title']),
    ...collections(groups, firstFields),
    ...fileAndOptions,
  ],
  run: (step) => makePass(step, { groups, top: firstFields }),
}
