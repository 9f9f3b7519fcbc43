import type { IDataObject } from 'n8n-workflow'
import type { Operation } from '../operation'

export const getAllTemplates: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many templates',
  description: 'Get all templates of the API key, with their inputs',
  properties: [],
  run: async ({ client }) => {
    const { templates } = await client.listTemplates()
    return templates.map((template) => ({ json: template as unknown as IDataObject }))
  },
}
