import { buildOptions, itemsAtOnce, type Operation, toUnchangedOutput } from '../operation'
import { getTemplate, templateLocator } from './templateLocator'

export const getOneTemplate: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get template',
  description: 'Get a template with its inputs, the pass that it makes, and how many it made',
  properties: [
    { ...templateLocator, description: 'The template to get' },
    buildOptions([itemsAtOnce]),
  ],
  run: async (operation) => {
    const { templateId } = await getTemplate(operation)
    return toUnchangedOutput(operation, await operation.client.getTemplate(templateId))
  },
}
