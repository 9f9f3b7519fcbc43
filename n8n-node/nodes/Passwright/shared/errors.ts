import { type IExecuteFunctions, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow'
import { labelAt } from '../portable/labels'
import { type Issue, Problem, type ProblemCode } from '../portable/problem'

/** What helps in n8n, where the service's sentence cannot know that it speaks to a node. */
const hints: Partial<Record<ProblemCode, string>> = {
  unauthorized: 'Check the API Key in the credential of this node.',
  idempotency_mismatch:
    'The first try of this execution asked for something else with the same item. Run the workflow anew instead of retrying the execution, or give an Idempotency Key of your own under Options.',
}

/** Any failure of one item as n8n shows it: the service's sentence, the fields by the names of this form, the item's number. */
export function asNodeError(
  context: Pick<IExecuteFunctions, 'getNode'>,
  error: unknown,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  if (error instanceof Problem) return asApiError(context.getNode(), error, itemIndex)
  if (error instanceof NodeApiError || error instanceof NodeOperationError) {
    if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex
    return error
  }
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex })
}

/** A refusal of the service. `itemIndex` is absent where there are no items, as in a trigger. */
export function asApiError(node: INode, problem: Problem, itemIndex?: number): NodeApiError {
  const issues = (problem.issues ?? []).map(tell)
  const retryAfter = problem.headers['Retry-After']
  const description = [
    ...issues.slice(1),
    hints[problem.code],
    retryAfter && `It can be tried again in ${retryAfter} seconds.`,
  ].filter(Boolean)
  return new NodeApiError(
    node,
    { code: problem.code, issues: (problem.issues ?? []) as unknown as string[] },
    {
      message: issues[0] ?? problem.message,
      description: description.join('<br>') || undefined,
      httpCode: String(problem.status),
      itemIndex,
    },
  )
}

/** The place and whatever fields the sentence names, such as `logoText`, in the words of the form. */
function tell({ path, message }: Issue): string {
  const label = labelAt(path)
  const sentence = message.replace(/\b[a-z]+[A-Z]\w*/g, labelAt)
  return label === '' ? sentence : `${label}: ${sentence}`
}
