import { itemsAtOnce, type Operation, options, passedOn } from '../operation'
import { passLocator, serialNumberOf } from './passLocator'

export const reactivate: Operation = {
  value: 'reactivate',
  name: 'Reactivate',
  action: 'Reactivate pass',
  description: 'Make a voided one valid again',
  properties: [passLocator, options([itemsAtOnce])],
  run: async (step) => passedOn(step, await step.client.unvoidPass(await serialNumberOf(step))),
}
