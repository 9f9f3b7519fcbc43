import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { isFromColumns, readColumns } from '../../form/columns'
import { buildCollections, buildFormWithColumns } from '../../form/passForm'
import { readText, toText } from '../../form/readText'
import type { Operation, OperationContext } from '../operation'
import { basicFields, buildFileAndOptions, createPass, designGroups } from './createPass'

const groups = [...designGroups, 'email', 'reference'] as const
const topLevel = ['externalId', ...basicFields] as const

/** Whether the form is all that the pass says, or only what changes. */
const replaceEverything: INodeProperties = {
  displayName: 'Replace Everything',
  name: 'replaceEverything',
  type: 'boolean',
  default: false,
  description:
    'Whether to remove from an existing pass all that is left empty here. If off, what is left empty stays as it is.',
}

export const upsert: Operation = {
  value: 'upsert',
  name: 'Create or Update',
  action: 'Create or update pass',
  description: 'Create a new record, or update the current one if it already exists (upsert)',
  properties: [
    ...buildFormWithColumns(topLevel, ['externalId', 'title'], 'getColumnsWithOwnId').map(
      withStyleAsItIs,
    ),
    ...buildCollections(groups, topLevel),
    ...buildFileAndOptions([replaceEverything]),
  ],
  run: async (operation) => {
    assertOwnId(operation)
    const { context, itemIndex } = operation
    const isReplaced =
      context.getNodeParameter('options.replaceEverything', itemIndex, false) === true
    return createPass(
      operation,
      { groups, topLevel, pass: isReplaced ? 'new' : 'either', takesColumns: true },
      { onExisting: isReplaced ? 'replace' : 'merge', sendWhen: 'created' },
    )
  },
}

/** A pass that is there keeps its style unless another one is chosen. */
function withStyleAsItIs(property: INodeProperties): INodeProperties {
  if (property.name !== 'style') return property
  const asItIs = {
    name: 'As It Is',
    value: '',
    description: 'A pass that is there keeps its style, and a new one becomes generic',
  }
  return { ...property, default: '', options: [asItIs, ...(property.options ?? [])] }
}

/** Without an ID of its own, every run would create another pass. */
function assertOwnId({ context, itemIndex }: OperationContext): void {
  const ownId = isFromColumns(context, itemIndex)
    ? toText(readColumns(context, itemIndex).externalId)
    : readText(context, 'externalId', itemIndex)
  if (ownId !== undefined) return
  throw new NodeOperationError(context.getNode(), 'Your Own ID is empty', {
    itemIndex,
    description:
      'Create or Update finds the pass by this ID, such as a member number. Fill it in for this item, or use Create.',
  })
}
