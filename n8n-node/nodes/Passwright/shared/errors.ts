import { type IExecuteFunctions, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow'
import { toLabel } from '../portable/labels'
import { type Issue, Problem, type ProblemCode } from '../portable/problem'

/** What to do in n8n, for errors whose message from the service does not say so. */
const hints: Partial<Record<ProblemCode, string>> = {
  unauthorized: 'Check the API Key in the credential of this node.',
  idempotency_mismatch:
    'An earlier attempt of this execution sent a different request for the same item. Run the workflow again instead of retrying the execution, or set an Idempotency Key under Options.',
}

/** Converts any error to one that n8n can show: with the message of the service, the field labels of the form and the item's index. */
export function toNodeError(
  context: Pick<IExecuteFunctions, 'getNode'>,
  error: unknown,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  if (error instanceof Problem) return toApiError(context.getNode(), error, itemIndex)
  if (error instanceof NodeApiError || error instanceof NodeOperationError) {
    if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex
    return error
  }
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex })
}

/** Converts an error response of the service. `itemIndex` is undefined where there are no items, as in a trigger. */
export function toApiError(node: INode, problem: Problem, itemIndex?: number): NodeApiError {
  const issues = (problem.issues ?? []).map(describeIssue)
  const { retryAfterSeconds } = problem
  const description = [
    ...issues.slice(1),
    hints[problem.code],
    retryAfterSeconds && `Try again in ${retryAfterSeconds} seconds.`,
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

/** Describes an issue with the labels of the form, both for its path and for fields that its message mentions, such as `logoText`. */
function describeIssue({ path, message }: Issue): string {
  const label = toLabel(path)
  const sentence = message.replace(/\b[a-z]+[A-Z]\w*/g, toLabel)
  return label === '' ? sentence : `${label}: ${sentence}`
}
