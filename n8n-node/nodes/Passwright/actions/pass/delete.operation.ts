import { itemsAtOnce, type Operation, options, passedOn } from '../operation'
import { passLocator, serialNumberOf } from './passLocator'

export const deletePass: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete pass',
  description: 'Void and expire it for good; this cannot be undone',
  properties: [passLocator, options([itemsAtOnce])],
  run: async (step) => passedOn(step, await step.client.deletePass(await serialNumberOf(step))),
}
