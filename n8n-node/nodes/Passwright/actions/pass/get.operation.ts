import { buildOptions, itemsAtOnce, type Operation, toOutput } from '../operation'
import { getSerialNumber, passLocator } from './passLocator'

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get pass',
  description: 'Get a pass with what it says, its links, status, installs and last email',
  properties: [passLocator, buildOptions([itemsAtOnce])],
  run: async (operation) =>
    toOutput(operation, await operation.client.getPass(await getSerialNumber(operation))),
}
