import { buildOptions, itemsAtOnce, type Operation, toOutput } from '../operation'
import { getSerialNumber, passLocator } from './passLocator'

export const deletePass: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete pass',
  description: 'Void and expire a pass permanently; this cannot be undone',
  properties: [passLocator, buildOptions([itemsAtOnce])],
  run: async (operation) =>
    toOutput(operation, await operation.client.deletePass(await getSerialNumber(operation))),
}
