import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow'
import { searchTemplates } from '../listSearch/searchTemplates'

/** Lists the templates for the filters by template. */
export async function getTemplates(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { results } = await searchTemplates.call(this)
  return results.map(({ name, value }) => ({ name, value }))
}
