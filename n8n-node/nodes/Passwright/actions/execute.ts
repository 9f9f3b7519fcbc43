import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow'
import type { FormLabels } from '../form/formLabels'
import { readNumber } from '../portable/forms/read-number'
import { listMistakes, toNodeError } from '../shared/errors'
import { mapConcurrently } from '../shared/mapConcurrently'
import { openClient, readConnection } from '../shared/transport'
import { toFailedItem } from './failedItem'
import { makeFileNamesUnique } from './fileNames'
import { itemsAtOnce, type OperationContext } from './operation'
import { findOperation } from './resources'

/** The most hints beside the output; the items have all their warnings. */
const maxHints = 20

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
  const connection = await readConnection(context)
  const concurrency = readNumber(context.getNodeParameter('options.itemsAtOnce', 0, null))
  const hints = new Set<string>()
  const addHint = (message: string) => {
    if (hints.size < maxHints) hints.add(message)
  }

  const once = createOnce()
  const results = await mapConcurrently(
    items.length,
    concurrency ?? Number(itemsAtOnce.default),
    async (itemIndex) => {
      const pairedItem = { item: itemIndex }
      const client = openClient(context, connection)
      const labels = { ...operation.labels }
      const addLabels = (more: FormLabels) => void Object.assign(labels, more)
      try {
        const output = await operation.run({
          ...{ context, client, itemIndex },
          ...{ addHint, addLabels, once },
        })
        return output.map((each): INodeExecutionData => ({ ...each, pairedItem }))
      } catch (error) {
        const place = { itemIndex, labels }
        if (!context.continueOnFail()) throw toNodeError(context, error, place)
        return [toFailedItem(context, itemIndex, listMistakes(error, place))]
      }
    },
  )
  for (const message of hints) {
    context.addExecutionHints({ message, type: 'warning', location: 'outputPane' })
  }
  return makeFileNamesUnique(results.flat())
}

/** A promise that fails is not kept: the next item tries again. */
function createOnce(): OperationContext['once'] {
  const loaded = new Map<string, Promise<unknown>>()
  return <Result>(name: string, load: () => Promise<Result>) => {
    const known = loaded.get(name) as Promise<Result> | undefined
    if (known !== undefined) return known
    const loading = load()
    loaded.set(name, loading)
    loading.catch(() => loaded.delete(name))
    return loading
  }
}
