import { buildCollections } from '../../form/passForm'
import { buildValueProperties } from '../../form/templateValues'
import type { FormGroup } from '../../portable/fields/field'
import type { Operation } from '../operation'
import { templateLocator } from '../template/templateLocator'
import { buildFileAndOptions, createPass } from './createPass'
import { fillTemplate } from './fillTemplate'

/** What a pass has besides its design: who gets it, and what it is found by. */
export const besideGroups: readonly FormGroup[] = ['email', 'reference']

export const createFromTemplate: Operation = {
  value: 'createFromTemplate',
  name: 'Create From Template',
  action: 'Create pass from template',
  description: 'Create a new pass from a template and the values of its inputs',
  properties: [
    templateLocator,
    ...buildValueProperties('getTemplateInputs'),
    ...buildCollections(besideGroups),
    ...buildFileAndOptions(),
  ],
  labels: { template: 'Template' },
  run: async (operation) => {
    const { request } = await fillTemplate(operation, 'new')
    return createPass(operation, { groups: besideGroups, topLevel: [] }, {}, request)
  },
}
