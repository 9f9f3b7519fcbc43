import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { toProperty } from '../../form/fieldTypes'
import type { FormLabels } from '../../form/formLabels'
import { readText } from '../../form/readText'
import { emailItems } from '../../portable/fields/items'
import type { OperationContext } from '../operation'

/** The labels of the recipient at the top level of a form. */
const recipientLabels: FormLabels = { to: 'To Email', name: 'To Name' }

/** The recipient of the email, at the top level of a form. */
export const recipient: INodeProperties[] = emailItems
  .filter(({ key }) => key in recipientLabels)
  .map((item) => ({
    ...toProperty(item),
    displayName: recipientLabels[item.key] ?? item.label,
    ...(item.key === 'to' ? { required: true } : {}),
  }))

/** The subject and the message of the email, both optional. */
export const emailOptions: INodeProperties[] = emailItems
  .filter(({ key }) => !(key in recipientLabels))
  .map(toProperty)

/** What an operation with these parameters calls the properties of the email, `prefix` being where the request has it. */
export function buildRecipientLabels(prefix: '' | 'email.'): FormLabels {
  return Object.fromEntries(
    Object.entries(recipientLabels).map(([key, label]) => [prefix + key, label]),
  )
}

/** Throws if the item has no address to send the pass to. */
export function assertRecipient({ context, itemIndex }: OperationContext): void {
  if (readText(context, 'to', itemIndex) !== undefined) return
  throw new NodeOperationError(context.getNode(), 'To Email is empty', {
    itemIndex,
    description: 'Enter the address that the pass is sent to, such as ada@example.com.',
  })
}
