import type { INodeProperties } from 'n8n-workflow'
import { buildRequest } from '../../form/buildRequest'
import { buildCollections, listRemovableFields } from '../../form/passForm'
import type { FormGroup } from '../../portable/field'
import { buildOptions, itemsAtOnce, moreJson, type Operation, toOutput } from '../operation'
import { getSerialNumber, passLocator } from './passLocator'

const groups: readonly FormGroup[] = [
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
  options: listRemovableFields(),
  default: [],
  description: 'The fields to remove from the pass',
}

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update pass',
  description: 'Update the fields that you add here; all others keep their values',
  properties: [
    passLocator,
    ...buildCollections(groups),
    remove,
    buildOptions([itemsAtOnce, moreJson]),
  ],
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const removedPaths = context.getNodeParameter('remove', itemIndex, []) as string[]
    const patch = {
      ...Object.fromEntries(removedPaths.map((path) => [path, null])),
      ...(await buildRequest(context, itemIndex, { groups, topLevel: [] })),
    }
    return toOutput(operation, await client.patchPass(await getSerialNumber(operation), patch))
  },
}
