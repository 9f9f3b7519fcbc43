import { buildOptions, itemsAtOnce, type Operation, toOutput } from '../operation'
import { getSerialNumber, passLocator } from './passLocator'

export const reactivate: Operation = {
  value: 'reactivate',
  name: 'Reactivate',
  action: 'Reactivate pass',
  description: 'Make a voided pass valid again',
  properties: [passLocator, buildOptions([itemsAtOnce])],
  run: async (operation) =>
    toOutput(operation, await operation.client.unvoidPass(await getSerialNumber(operation))),
}
