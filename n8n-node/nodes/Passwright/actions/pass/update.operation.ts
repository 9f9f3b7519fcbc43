import type { INodeProperties } from 'n8n-workflow'
import { buildRequest } from '../../form/buildRequest'
import { buildCollections, buildTopLevel, showWhen } from '../../form/passForm'
import { listRemovableParts, toRemovedPaths } from '../../form/removableParts'
import { buildValueProperties } from '../../form/templateValues'
import type { FormGroup } from '../../portable/fields/field'
import type { FormValues } from '../../portable/forms/assemble'
import {
  buildOptions,
  itemsAtOnce,
  moreJson,
  type Operation,
  type OperationContext,
} from '../operation'
import { templateLocator } from '../template/templateLocator'
import { changedFileOptions, changedFileProperties, toChangeOutput } from './changedPass'
import { fillTemplate } from './fillTemplate'
import { getSerialNumber, passLocator } from './passLocator'

const groups: readonly FormGroup[] = [
  'basics',
  'barcode',
  'look',
  'images',
  'fields',
  'whenAndWhere',
  'apple',
]

/** A pass keeps its own ID and its pass type; so of the group Reference only this remains. */
const topLevel = ['metadata'] as const

/** What is changed: the pass itself, or what its template was filled in with. */
const content: INodeProperties = {
  displayName: 'Change',
  name: 'content',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'Fields of the Pass', value: 'fields' },
    {
      name: 'Values of Its Template',
      value: 'values',
      description: 'For a pass that was created from a template',
    },
  ],
  default: 'fields',
  description: 'What you change on the pass',
}

const remove: INodeProperties = {
  displayName: 'Remove',
  name: 'remove',
  type: 'multiOptions',
  options: listRemovableParts(),
  default: [],
  description: 'What to remove from the pass',
}

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update pass',
  description: 'Update the fields that you add here; all others keep their values',
  properties: [
    passLocator,
    content,
    ...showWhen('content', 'fields', [
      ...buildCollections(groups),
      ...buildTopLevel(topLevel),
      remove,
    ]),
    ...showWhen('content', 'values', [
      { ...templateLocator, description: 'The template that the pass was created from' },
      ...buildValueProperties('getOptionalTemplateInputs'),
    ]),
    ...changedFileProperties,
    buildOptions([...changedFileOptions, itemsAtOnce, moreJson]),
  ],
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const isByValues = context.getNodeParameter('content', itemIndex, 'fields') === 'values'
    const patch = await (isByValues ? readNewValues(operation) : readNewFields(operation))
    const serialNumber = await getSerialNumber(operation)
    const reply = await client.patchPass(serialNumber, patch)
    return toChangeOutput(operation, serialNumber, reply)
  },
}

async function readNewFields({ context, itemIndex }: OperationContext): Promise<FormValues> {
  const removed: unknown = context.getNodeParameter('remove', itemIndex, [])
  return {
    ...Object.fromEntries(toRemovedPaths(removed).map((path) => [path, null])),
    ...(await buildRequest(context, itemIndex, { groups, topLevel, pass: 'existing' })),
  }
}

async function readNewValues(operation: OperationContext): Promise<FormValues> {
  const { context, itemIndex } = operation
  const { values } = (await fillTemplate(operation, 'either')).request
  return { values, ...(await buildRequest(context, itemIndex, { groups: [], topLevel: [] })) }
}
