import { itemsAtOnce, type Operation, options, passedOn } from '../operation'
import { passLocator, serialNumberOf } from './passLocator'

export const voidPass: Operation = {
  value: 'void',
  name: 'Void',
  action: 'Void pass',
  description: 'Make it invalid: Wallet greys it out. Reactivate takes it back.',
  properties: [passLocator, options([itemsAtOnce])],
  run: async (step) => passedOn(step, await step.client.voidPass(await serialNumberOf(step))),
}
