import { collections, onTop } from '../../form/passForm'
import type { Operation } from '../operation'
import { fileAndOptions, firstFields, furtherGroups, makePass } from './makePass'

const groups = [...furtherGroups, 'email', 'reference'] as const
const top = ['externalId', ...firstFields] as const

export const upsert: Operation = {
  value: 'upsert',
  name: 'Create or Update',
  action: 'Create or update pass',
  description: 'Create a new record, or update the current one if it already exists (upsert)',
  properties: [
    ...onTop(top, ['externalId', 'title']),
    ...collections(groups, top),
    ...fileAndOptions,
  ],
  run: (step) => makePass(step, { groups, top }),
}
