import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow'
import { asNodeError } from '../shared/errors'
import { inParallel } from '../shared/inParallel'
import { connect } from '../shared/transport'
import { itemsAtOnce } from './operation'
import { operationOf } from './resources'

/** Does the node's operation for every item, several at a time, and ties each result to its item. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const operation = operationOf(
    context.getNodeParameter('resource', 0) as string,
    context.getNodeParameter('operation', 0) as string,
  )
  if (operation === undefined) {
    throw new NodeOperationError(context.getNode(), 'Operation is not one that this node knows', {
      description: 'Choose the operation once more, or update the node.',
    })
  }
  const items = context.getInputData()
  const client = await connect(context)
  const atOnce = context.getNodeParameter('options.itemsAtOnce', 0, itemsAtOnce.default) as number

  const results = await inParallel(items.length, atOnce, async (itemIndex) => {
    const pairedItem = { item: itemIndex }
    try {
      const made = await operation.run({ context, client, itemIndex })
      return made.map((each): INodeExecutionData => ({ ...each, pairedItem }))
    } catch (error) {
      const told = asNodeError(context, error, itemIndex)
      if (!context.continueOnFail()) throw told
      return [{ json: { error: told.message }, error: told, pairedItem }]
    }
  })
  return results.flat()
}
