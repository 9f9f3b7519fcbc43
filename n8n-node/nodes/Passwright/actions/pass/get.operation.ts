import { itemsAtOnce, type Operation, options, passedOn } from '../operation'
import { passLocator, serialNumberOf } from './passLocator'

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get pass',
  description: 'Read how one pass stands: links, state, installs and its last mail',
  properties: [passLocator, options([itemsAtOnce])],
  run: async (step) => passedOn(step, await step.client.getPass(await serialNumberOf(step))),
}
