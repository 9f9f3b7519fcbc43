import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { toText } from '../../form/readText'
import { isObject } from '../../portable/forms/assemble'
import type { OperationContext } from '../operation'

/** Selects a pass from a list, by its serial number, or by its external ID. */
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
      hint: 'The node that created the pass returns it as serialNumber',
    },
    {
      displayName: 'By Your Own ID',
      name: 'externalId',
      type: 'string',
      placeholder: 'e.g. member-1042',
      hint: 'The value of Your Own ID when the pass was created',
    },
  ],
}

/** Returns the serial number of the pass that the item selects; throws if there is none with the external ID. */
export async function getSerialNumber({
  context,
  client,
  itemIndex,
}: OperationContext): Promise<string> {
  const selected: unknown = context.getNodeParameter('pass', itemIndex, null)
  const { mode, value } = isObject(selected) ? selected : { mode: 'id', value: selected }
  const id = toText(value)
  if (id === undefined) {
    throw new NodeOperationError(context.getNode(), 'Pass is empty', {
      itemIndex,
      description: 'Choose a pass from the list, or enter its serial number or your own ID.',
    })
  }
  if (mode !== 'externalId') return id
  const [pass] = (await client.listPasses({ externalId: id, limit: 1 })).passes
  if (pass !== undefined) return pass.serialNumber
  throw new NodeOperationError(context.getNode(), `There is no pass with your own ID "${id}"`, {
    itemIndex,
    description:
      'Check the ID, and that the credential has the API key that the pass was created with.',
  })
}
