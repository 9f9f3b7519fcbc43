import type { INodeProperties } from 'n8n-workflow'
import { toProperty } from '../../form/fieldTypes'
import type { EmailRequest } from '../../portable/client'
import { emailItems } from '../../portable/items'
import type { OperationContext } from '../operation'

const topLevelKeys = ['to', 'name']
const toProperties = (key: string): INodeProperties[] =>
  emailItems.filter((item) => item.key === key).map(toProperty)

/** The recipient of the email, at the top level of a form. */
export const recipient: INodeProperties[] = [
  ...toProperties('to').map((to) => ({ ...to, displayName: 'To Email', required: true })),
  ...toProperties('name').map((name) => ({ ...name, displayName: 'To Name' })),
]

/** The subject and the texts of the email, all optional. */
export const emailOptions: INodeProperties[] = emailItems
  .filter(({ key }) => !topLevelKeys.includes(key))
  .map(toProperty)

/** Reads the email of one item; `collection` names the parameter with the optional items. */
export function readEmail(
  { context, itemIndex }: OperationContext,
  collection: string,
  items = emailItems,
): EmailRequest {
  const options = context.getNodeParameter(collection, itemIndex, {}) as Record<string, unknown>
  const values = items.map(({ key }) => [
    key,
    topLevelKeys.includes(key) ? context.getNodeParameter(key, itemIndex, '') : options[key],
  ])
  return Object.fromEntries(
    values.filter(([, value]) => value !== '' && value !== undefined),
  ) as EmailRequest
}
