import { buildOptions, itemsAtOnce, type Operation } from '../operation'
import { changedFileOptions, changedFileProperties, toChangeOutput } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'

export const voidPass: Operation = {
  value: 'void',
  name: 'Void',
  action: 'Void pass',
  description: 'Make a pass invalid, such as after a membership has ended. Reactivate undoes this.',
  properties: [
    passLocator,
    ...changedFileProperties,
    buildOptions([...changedFileOptions, itemsAtOnce]),
  ],
  run: async (operation) => {
    const serialNumber = await getSerialNumber(operation)
    const reply = await operation.client.voidPass(serialNumber)
    return toChangeOutput(operation, serialNumber, reply)
  },
}
