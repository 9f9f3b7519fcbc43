import {
  type INodeParameterResourceLocator,
  type INodeProperties,
  NodeOperationError,
} from 'n8n-workflow'
import type { Step } from '../operation'

/** Which pass: picked from a list, by its serial number, or by one's own ID. */
export const passLocator: INodeProperties = {
  displayName: 'Pass',
  name: 'pass',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  description: 'The pass to work on',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: {
        searchListMethod: 'searchPasses',
        searchable: true,
      },
    },
    {
      displayName: 'By Serial Number',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. 6f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70',
      hint: 'The step that made the pass gives it as serialNumber',
    },
    {
      displayName: 'By Your Own ID',
      name: 'externalId',
      type: 'string',
      placeholder: 'e.g. member-1042',
      hint: 'What you gave as Your Own ID when the pass was made',
    },
  ],
}

/** The serial number of the pass that the item names. */
export async function serialNumberOf({ context, client, itemIndex }: Step): Promise<string> {
  const { mode, value } = context.getNodeParameter(
    'pass',
    itemIndex,
  ) as INodeParameterResourceLocator
  const id = String(value ?? '').trim()
  if (id === '') {
    throw new NodeOperationError(context.getNode(), 'Pass is empty', {
      itemIndex,
      description: 'Pick a pass from the list, or give its serial number or your own ID.',
    })
  }
  if (mode !== 'externalId') return id
  const { passes } = await client.listPasses({ externalId: id, limit: 1 })
  if (passes[0] !== undefined) return passes[0].serialNumber
  throw new NodeOperationError(context.getNode(), `Pass: there is none with your own ID "${id}"`, {
    itemIndex,
    description: 'Check the ID, and that the credential has the key that the pass was made with.',
  })
}
