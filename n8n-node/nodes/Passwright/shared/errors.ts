import { type IExecuteFunctions, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow'
import { type FormLabels, toFormLabel, toFormWords } from '../form/formLabels'
import { type Issue, Problem, type ProblemCode } from '../portable/api/problem'
import { shortenInputMessage } from '../portable/forms/template-values'

/** What to do in n8n, for errors whose message from the service does not say so. */
const hints: Partial<Record<ProblemCode, string>> = {
  unauthorized: 'Check the API Key in the credential of this node.',
  idempotency_mismatch:
    'An earlier attempt of this execution sent a different request for the same item. Run the workflow again instead of retrying the execution, or set an Idempotency Key under Options.',
}

/** Where an error happened: its item, and what the form of the operation calls its fields. */
export interface ErrorPlace {
  /** Undefined where there are no items, as in a trigger. */
  itemIndex?: number
  labels?: FormLabels
}

/** Converts any error to one that n8n can show: with the message of the service, the field labels of the form and the item's index. */
export function toNodeError(
  context: Pick<IExecuteFunctions, 'getNode'>,
  error: unknown,
  place: ErrorPlace = {},
): NodeApiError | NodeOperationError {
  const { itemIndex } = place
  if (error instanceof Problem) return toApiError(context.getNode(), error, place)
  if (error instanceof NodeApiError || error instanceof NodeOperationError) {
    if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex
    return error
  }
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex })
}

/** Lists every mistake that an error tells, in the words of the form. */
export function listMistakes(error: unknown, { labels }: ErrorPlace = {}): string[] {
  if (error instanceof Problem && error.issues && error.issues.length > 0) {
    return error.issues.map((issue) => describeIssue(issue, labels))
  }
  return [error instanceof Error ? toFormWords(error.message) : String(error)]
}

function toApiError(node: INode, problem: Problem, place: ErrorPlace): NodeApiError {
  const [message = problem.message, ...others] = listMistakes(problem, place)
  const { retryAfterSeconds } = problem
  const description = [
    ...others,
    hints[problem.code],
    retryAfterSeconds && `Try again in ${retryAfterSeconds} seconds.`,
  ].filter(Boolean)
  return new NodeApiError(
    node,
    { code: problem.code, issues: (problem.issues ?? []) as unknown as string[] },
    {
      message,
      description: description.join('<br>') || undefined,
      httpCode: String(problem.status),
      itemIndex: place.itemIndex,
    },
  )
}

/** Describes an issue with the labels of the form, both for its path and for fields that its message mentions. */
function describeIssue({ path, message }: Issue, labels?: FormLabels): string {
  const label = toFormLabel(path, labels)
  const isValue = path.startsWith('values.') && label !== path
  const sentence = toFormWords(isValue ? shortenInputMessage(message, label) : message)
  return label === '' ? sentence : `${label}: ${sentence}`
}
