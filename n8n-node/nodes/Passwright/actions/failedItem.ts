import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'

/**
 * Builds the output item of a failed item if the workflow continues on errors: its row, and every mistake. It has no property
 * `error` beside `json`, for which n8n would drop the row. An item for the error output has nothing else in its JSON: by that n8n
 * knows it, and adds the row itself.
 */
export function toFailedItem(
  context: IExecuteFunctions,
  itemIndex: number,
  mistakes: readonly string[],
): INodeExecutionData {
  const error = mistakes.join('; ')
  const isForErrorOutput = context.getNode().onError === 'continueErrorOutput'
  const row = isForErrorOutput ? {} : context.getInputData()[itemIndex]?.json
  return { json: { ...row, error }, pairedItem: { item: itemIndex } }
}
