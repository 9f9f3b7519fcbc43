import type { INodeProperties } from 'n8n-workflow'
import { buildRequest } from '../../form/buildRequest'
import { buildCollections, buildTopLevel } from '../../form/passForm'
import { listRemovableParts, toRemovedPaths } from '../../form/removableParts'
import type { FormGroup } from '../../portable/field'
import { buildOptions, itemsAtOnce, moreJson, type Operation } from '../operation'
import { changedFileOptions, changedFileProperties, toChangeOutput } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'

const groups: readonly FormGroup[] = [
  'basics',
  'barcode',
  'look',
  'images',
  'fields',
  'whenAndWhere',
]

/** A pass keeps its own ID and its pass type; so of the group Reference only this remains. */
const topLevel = ['metadata'] as const

const remove: INodeProperties = {
  displayName: 'Remove',
  name: 'remove',
  type: 'multiOptions',
  options: listRemovableParts(),
  default: [],
  description: 'What to remove from the pass',
}

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update pass',
  description: 'Update the fields that you add here; all others keep their values',
  properties: [
    passLocator,
    ...buildCollections(groups),
    ...buildTopLevel(topLevel),
    remove,
    ...changedFileProperties,
    buildOptions([...changedFileOptions, itemsAtOnce, moreJson]),
  ],
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const removed: unknown = context.getNodeParameter('remove', itemIndex, [])
    const patch = {
      ...Object.fromEntries(toRemovedPaths(removed).map((path) => [path, null])),
      ...(await buildRequest(context, itemIndex, { groups, topLevel, pass: 'existing' })),
    }
    const serialNumber = await getSerialNumber(operation)
    const reply = await client.patchPass(serialNumber, patch)
    return toChangeOutput(operation, serialNumber, reply)
  },
}
