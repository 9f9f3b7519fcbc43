import { NodeOperationError } from 'n8n-workflow'
import { buildCollections, buildTopLevel } from '../../form/passForm'
import { readText } from '../../form/readText'
import { buildValueProperties } from '../../form/templateValues'
import { isEmpty } from '../../portable/forms/blanks'
import type { Operation, OperationContext } from '../operation'
import { templateLocator } from '../template/templateLocator'
import { besideGroups } from './createFromTemplate.operation'
import { buildFileAndOptions, createPass } from './createPass'
import { fillTemplate } from './fillTemplate'

const topLevel = ['externalId'] as const

export const upsertFromTemplate: Operation = {
  value: 'upsertFromTemplate',
  name: 'Create or Update From Template',
  action: 'Create or update pass from template',
  description: 'Create a pass from a template, or change the values of the pass that has this ID',
  properties: [
    templateLocator,
    ...buildTopLevel(topLevel).map((property) => ({
      ...property,
      description:
        'Your own ID of the pass, such as a member number. It can be empty if the template makes it from an input.',
    })),
    ...buildValueProperties('getTemplateInputs'),
    ...buildCollections(besideGroups, topLevel),
    ...buildFileAndOptions(),
  ],
  labels: { template: 'Template' },
  run: async (operation) => {
    const { templateId, request } = await fillTemplate(operation, 'either')
    await assertOwnId(operation, templateId)
    return createPass(
      operation,
      { groups: besideGroups, topLevel, pass: 'either' },
      { onExisting: 'merge', sendWhen: 'created' },
      request,
    )
  },
}

/** Without an ID, from the form or the template, every run would create another pass. */
async function assertOwnId(
  { context, client, itemIndex, once }: OperationContext,
  templateId: string,
): Promise<void> {
  if (readText(context, 'externalId', itemIndex) !== undefined) return
  const { pass } = await once(`template ${templateId}`, () => client.getTemplate(templateId))
  if (!isEmpty(pass.externalId)) return
  throw new NodeOperationError(context.getNode(), 'Your Own ID is empty', {
    itemIndex,
    description:
      'Create or Update finds the pass by this ID, such as a member number. Fill it in for this item, or let the template make it from an input.',
  })
}
