import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow'
import { toText } from '../form/readText'
import { toNodeError } from '../shared/errors'
import { connect } from '../shared/transport'

/** Searches the list "From List" of templates by a part of the name. */
export async function searchTemplates(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  try {
    const words = toText(filter)?.toLowerCase() ?? ''
    const { templates } = await (await connect(this)).listTemplates()
    return {
      results: templates
        .filter(({ name }) => name.toLowerCase().includes(words))
        .map(({ name, templateId }) => ({ name, value: templateId })),
    }
  } catch (error) {
    throw toNodeError(this, error)
  }
}
