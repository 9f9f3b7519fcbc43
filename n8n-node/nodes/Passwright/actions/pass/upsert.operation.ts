import { buildCollections, buildTopLevel } from '../../form/passForm'
import type { Operation } from '../operation'
import { basicFields, createPass, designGroups, fileAndOptions } from './createPass'

const groups = [...designGroups, 'email', 'reference'] as const
const topLevel = ['externalId', ...basicFields] as const

export const upsert: Operation = {
  value: 'upsert',
  name: 'Create or Update',
  action: 'Create or update pass',
  description: 'Create a new record, or update the current one if it already exists (upsert)',
  properties: [
    ...buildTopLevel(topLevel, ['externalId', 'title']),
    ...buildCollections(groups, topLevel),
    ...fileAndOptions,
  ],
  run: (operation) => createPass(operation, { groups, topLevel }),
}
