import { buildOptions, itemsAtOnce, type Operation } from '../operation'
import { changedFileOptions, changedFileProperties, toChangeOutput } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'

export const reactivate: Operation = {
  value: 'reactivate',
  name: 'Reactivate',
  action: 'Reactivate pass',
  description: 'Make a voided pass valid again',
  properties: [
    passLocator,
    ...changedFileProperties,
    buildOptions([...changedFileOptions, itemsAtOnce]),
  ],
  run: async (operation) => {
    const serialNumber = await getSerialNumber(operation)
    const reply = await operation.client.unvoidPass(serialNumber)
    return toChangeOutput(operation, serialNumber, reply)
  },
}
