import { createHash } from 'node:crypto'
import type { IExecuteFunctions } from 'n8n-workflow'

/**
 * The key that makes a repeat harmless: one's own, or one made of instance, execution, node, run and item. n8n gives a retried
 * execution a new number, but keeps what nodes noted in the first one; so the first number is noted and used again. An agent that
 * uses the node as a tool may say something else the next time, and means it: there the content belongs to the key.
 */
export function idempotencyKey(
  context: IExecuteFunctions,
  itemIndex: number,
  body: unknown,
): string | undefined {
  const own = context.getNodeParameter('options.idempotencyKey', itemIndex, '') as string
  if (own !== '') return String(own)
  const execution = firstExecution(context)
  if (execution === undefined) return undefined
  const parts = [
    context.getInstanceId(),
    execution,
    context.getNode().id,
    context.getWorkflowDataProxy(0).$runIndex,
    itemIndex,
    context.isToolExecution() ? body : null,
  ]
  return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

function firstExecution(context: IExecuteFunctions): string | undefined {
  const notes = context.getContext('node')
  notes.firstExecution ??= context.getExecutionId()
  return notes.firstExecution as string | undefined
}
