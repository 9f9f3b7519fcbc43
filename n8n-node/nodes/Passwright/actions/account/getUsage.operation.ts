import { type Operation, passedOn } from '../operation'

export const getUsage: Operation = {
  value: 'getUsage',
  name: 'Get Usage',
  action: 'Get usage',
  description: 'Read how many passes were made this month, and the limit of the key',
  properties: [],
  run: async (step) => passedOn(step, await step.client.getUsage()),
}
