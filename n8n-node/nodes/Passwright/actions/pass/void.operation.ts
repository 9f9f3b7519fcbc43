import { buildOptions, itemsAtOnce, type Operation, toOutput } from '../operation'
import { getSerialNumber, passLocator } from './passLocator'

export const voidPass: Operation = {
  value: 'void',
  name: 'Void',
  action: 'Void pass',
  description: 'Make a pass invalid: Wallet greys it out. Reactivate undoes this.',
  properties: [passLocator, buildOptions([itemsAtOnce])],
  run: async (operation) =>
    toOutput(operation, await operation.client.voidPass(await getSerialNumber(operation))),
}
