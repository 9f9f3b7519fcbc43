import type { INodeProperties } from 'n8n-workflow'
import { propertyOf } from '../../form/kinds'
import type { EmailRequest } from '../../portable/client'
import { emailItems } from '../../portable/items'
import type { Step } from '../operation'

const onTop = ['to', 'name']
const property = (key: string): INodeProperties[] =>
  emailItems.filter((item) => item.key === key).map(propertyOf)

/** Who gets the mail, and how it greets. */
export const recipient: INodeProperties[] = [
  ...property('to').map((to) => ({ ...to, displayName: 'To Email', required: true })),
  ...property('name').map((name) => ({ ...name, displayName: 'To Name' })),
]

/** The words of the mail, where ours are not wanted. */
export const mailWords: INodeProperties[] = emailItems
  .filter(({ key }) => !onTop.includes(key))
  .map(propertyOf)

/** The mail that the item asks for; `collection` holds the words. */
export function mailOf({ context, itemIndex }: Step, collection: string): EmailRequest {
  const words = context.getNodeParameter(collection, itemIndex, {}) as Record<string, unknown>
  const asked = emailItems.map(({ key }) => [
    key,
    onTop.includes(key) ? context.getNodeParameter(key, itemIndex, '') : words[key],
  ])
  return Object.fromEntries(
    asked.filter(([, value]) => value !== '' && value !== undefined),
  ) as EmailRequest
}
