import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { readText } from '../../form/readText'
import type { OperationContext } from '../operation'

/** The address that a person is known by. */
export const personEmail: INodeProperties = {
  displayName: 'Email',
  name: 'email',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. ada@example.com',
  description: 'The email address that passes of the person were sent to',
}

/** Reads the address of one item; throws if it is empty. */
export function readPersonEmail({ context, itemIndex }: OperationContext): string {
  const email = readText(context, 'email', itemIndex)
  if (email !== undefined) return email
  throw new NodeOperationError(context.getNode(), 'Email is empty', {
    itemIndex,
    description: 'Enter the email address of the person.',
  })
}
