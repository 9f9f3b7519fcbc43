import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { toText } from '../../form/readText'
import type { TemplateSummary } from '../../portable/api/templates'
import { isObject } from '../../portable/forms/assemble'
import type { OperationContext } from '../operation'

/** Selects a template from a list, by its ID, or by its name. */
export const templateLocator: INodeProperties = {
  displayName: 'Template',
  name: 'template',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  description: 'The design of the pass, with the inputs that are filled in here',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: {
        searchListMethod: 'searchTemplates',
        searchable: true,
      },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. tpl_8d2f6a0c4b91e73f5a60',
      hint: 'Template → Get Many returns it as templateId',
    },
    {
      displayName: 'By Name',
      name: 'name',
      type: 'string',
      placeholder: 'e.g. Member card',
    },
  ],
}

/** What a template is chosen by: its ID or its name, and the name that the list showed. */
export interface SelectedTemplate {
  id: string
  shownName: string
}

/** Reads the value of the parameter Template; undefined if it is empty. */
export function readSelectedTemplate(selected: unknown): SelectedTemplate | undefined {
  const { value, cachedResultName } = isObject(selected)
    ? selected
    : { value: selected, cachedResultName: undefined }
  const id = toText(value)
  return id === undefined ? undefined : { id, shownName: toText(cachedResultName) ?? id }
}

/** Finds a template by its ID, or else by its name. */
export function pickTemplate(
  templates: readonly TemplateSummary[],
  { id }: SelectedTemplate,
): TemplateSummary | undefined {
  return (
    templates.find(({ templateId }) => templateId === id) ??
    templates.find(({ name }) => name === id)
  )
}

/** Gets the template that the item selects, as it is now; throws if there is none. */
export async function getTemplate({
  context,
  client,
  itemIndex,
  once,
}: OperationContext): Promise<TemplateSummary> {
  const selected = readSelectedTemplate(context.getNodeParameter('template', itemIndex, null))
  if (selected === undefined) {
    throw new NodeOperationError(context.getNode(), 'Template is empty', {
      itemIndex,
      description: 'Choose a template from the list, or enter its ID or its name.',
    })
  }
  const { templates } = await once('templates', () => client.listTemplates())
  const template = pickTemplate(templates, selected)
  if (template !== undefined) return template
  throw new NodeOperationError(context.getNode(), `There is no template "${selected.shownName}"`, {
    itemIndex,
    description:
      'It was deleted, or it belongs to another API key. Choose a template from the list again.',
  })
}
