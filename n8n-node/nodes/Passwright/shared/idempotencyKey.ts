import { createHash } from 'node:crypto'
import type { IExecuteFunctions } from 'n8n-workflow'
import { readText } from '../form/readText'

/**
 * Builds the `Idempotency-Key` of a request for one item: the user's own, or a hash of the instance, execution, node, run index and
 * item index. A retried execution has a new ID, but n8n keeps the context data of the first one; so the ID of the first execution is
 * stored there and used again. When an agent uses the node as a tool, each call may be a different request: then the body is hashed too.
 */
export function buildIdempotencyKey(
  context: IExecuteFunctions,
  itemIndex: number,
  body: unknown,
): string | undefined {
  const ownKey = readText(context, 'options.idempotencyKey', itemIndex)
  if (ownKey !== undefined) return ownKey
  const executionId = getFirstExecutionId(context)
  if (executionId === undefined) return undefined
  const parts = [
    context.getInstanceId(),
    executionId,
    context.getNode().id,
    context.getWorkflowDataProxy(0).$runIndex,
    itemIndex,
    isToolExecution(context) ? body : null,
  ]
  return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** Old versions of n8n do not say so, but the type of such a node ends with the word. */
function isToolExecution(context: IExecuteFunctions): boolean {
  return context.isToolExecution?.() ?? context.getNode().type.endsWith('Tool')
}

function getFirstExecutionId(context: IExecuteFunctions): string | undefined {
  const contextData = context.getContext('node')
  contextData.firstExecution ??= context.getExecutionId()
  return contextData.firstExecution as string | undefined
}
