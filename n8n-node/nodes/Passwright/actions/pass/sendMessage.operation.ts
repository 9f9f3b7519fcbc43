import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { toProperty } from '../../form/fieldTypes'
import { isEmpty } from '../../portable/forms/blanks'
import { messageItem } from '../../portable/forms/change-items'
import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  type Operation,
  type OperationContext,
  toOutput,
} from '../operation'
import { hintAtWarnings } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'
import { getPassSummary } from './passSummary'

const message: INodeProperties = { ...toProperty(messageItem), required: true }

export const sendMessage: Operation = {
  value: 'sendMessage',
  name: 'Send Message',
  action: 'Send message to pass',
  description: 'Show a message on the lock screen of every phone with the pass',
  properties: [passLocator, message, buildOptions([idempotencyKeyOption, itemsAtOnce])],
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const text = readMessage(operation)
    const serialNumber = await getSerialNumber(operation)
    const key = buildIdempotencyKey(context, itemIndex, { serialNumber, text })
    const reply = await client.sendMessage(serialNumber, text, key)
    hintAtWarnings(operation, reply)
    return toOutput(operation, { ...(await getPassSummary(operation, serialNumber)), ...reply })
  },
}

/** Reads the text of one item; throws if there is none. */
function readMessage({ context, itemIndex }: OperationContext): string {
  const text: unknown = context.getNodeParameter('message', itemIndex, '')
  if (!isEmpty(text)) return String(text)
  throw new NodeOperationError(context.getNode(), 'Message is empty', {
    itemIndex,
    description: `Enter the text that phones show, such as "${messageItem.sample}".`,
  })
}
