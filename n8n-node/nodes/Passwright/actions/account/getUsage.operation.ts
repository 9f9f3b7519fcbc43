import { type Operation, toOutput } from '../operation'

export const getUsage: Operation = {
  value: 'getUsage',
  name: 'Get Usage',
  action: 'Get usage',
  description: 'Get the number of passes created this month, and the monthly limit of the key',
  properties: [],
  run: async (operation) => toOutput(operation, await operation.client.getUsage()),
}
