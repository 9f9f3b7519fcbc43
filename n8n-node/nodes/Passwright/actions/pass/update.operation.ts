import type { INodeProperties } from 'n8n-workflow'
import { requestOf } from '../../form/answers'
import { collections, removable } from '../../form/passForm'
import type { Group } from '../../portable/field'
import { itemsAtOnce, moreJson, type Operation, options, passedOn } from '../operation'
import { passLocator, serialNumberOf } from './passLocator'

const groups: readonly Group[] = [
  'basics',
  'barcode',
  'look',
  'fields',
  'whenAndWhere',
  'reference',
]

const remove: INodeProperties = {
  displayName: 'Remove',
  name: 'remove',
  type: 'multiOptions',
  options: removable(),
  default: [],
  description: 'What the pass shall say no longer',
}

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update pass',
  description: 'Change what a pass says; what you do not add here stays as it is',
  properties: [passLocator, ...collections(groups), remove, options([itemsAtOnce, moreJson])],
  run: async (step) => {
    const { context, client, itemIndex } = step
    const removed = context.getNodeParameter('remove', itemIndex, []) as string[]
    const patch = {
      ...Object.fromEntries(removed.map((path) => [path, null])),
      ...(await requestOf(context, itemIndex, { groups, top: [] })),
    }
    return passedOn(step, await client.patchPass(await serialNumberOf(step), patch))
  },
}
