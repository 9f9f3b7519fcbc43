import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow'
import { toNodeError } from '../shared/errors'
import { mapConcurrently } from '../shared/mapConcurrently'
import { connect } from '../shared/transport'
import { itemsAtOnce } from './operation'
import { findOperation } from './resources'

/** Runs the selected operation for every item, several at a time, and pairs each result with its item. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const operation = findOperation(
    context.getNodeParameter('resource', 0) as string,
    context.getNodeParameter('operation', 0) as string,
  )
  if (operation === undefined) {
    throw new NodeOperationError(context.getNode(), 'The operation is not supported', {
      description: 'Select the operation again, or update the node.',
    })
  }
  const items = context.getInputData()
  const client = await connect(context)
  const concurrency = context.getNodeParameter(
    'options.itemsAtOnce',
    0,
    itemsAtOnce.default,
  ) as number

  const results = await mapConcurrently(items.length, concurrency, async (itemIndex) => {
    const pairedItem = { item: itemIndex }
    try {
      const output = await operation.run({ context, client, itemIndex })
      return output.map((each): INodeExecutionData => ({ ...each, pairedItem }))
    } catch (error) {
      const nodeError = toNodeError(context, error, itemIndex)
      if (!context.continueOnFail()) throw nodeError
      return [{ json: { error: nodeError.message }, error: nodeError, pairedItem }]
    }
  })
  return results.flat()
}
