import { type Operation, toUnchangedOutput } from '../operation'

export const getUsage: Operation = {
  value: 'getUsage',
  name: 'Get Usage',
  action: 'Get usage',
  description: 'Get the number of passes created this month, and the monthly limit of the key',
  properties: [],
  run: async (operation) => toUnchangedOutput(operation, await operation.client.getUsage()),
}
