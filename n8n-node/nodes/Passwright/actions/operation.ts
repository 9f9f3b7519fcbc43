import type {
  IBinaryKeyData,
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
} from 'n8n-workflow'
import type { FormLabels } from '../form/formLabels'
import type { Client } from '../portable/api/client'
import type { NamedFile } from '../shared/transport'

/** What an operation needs to process one item. */
export interface OperationContext {
  context: IExecuteFunctions
  client: Client<NamedFile>
  itemIndex: number
  /** Shows a hint beside the output, once for all items that have the same. */
  addHint: (message: string) => void
  /** Names properties of the request in errors about this item, for what the form asks for only since a template is chosen. */
  addLabels: (labels: FormLabels) => void
  /** Gets what is the same for all items, with one request: the first caller loads it. */
  once: <Result>(name: string, load: () => Promise<Result>) => Promise<Result>
}

export type OperationOutput = Pick<INodeExecutionData, 'json' | 'binary'>[]

/** An operation of the node: its entry in the menu, its parameters, and how it processes one item. */
export interface Operation {
  value: string
  name: string
  action: string
  description: string
  properties: INodeProperties[]
  /** What the form calls properties of the request, where it differs from the field's own label. */
  labels?: FormLabels
  run: (operation: OperationContext) => Promise<OperationOutput>
}

/** The type of a pass file, which makes a phone offer Wallet. */
export const passMimeType = 'application/vnd.apple.pkpass'

/** Builds the output item of an operation that leaves the pass as it is: the files of the input item are kept. */
export function toUnchangedOutput(
  { context, itemIndex }: OperationContext,
  json: object,
): OperationOutput {
  const { binary } = context.getInputData()[itemIndex] ?? {}
  return [{ json: json as IDataObject, ...(binary ? { binary } : {}) }]
}

/** Builds the output item of an operation that returns no file. Files of the input item are kept, but no pass: it may say something else by now. */
export function toOutput(operation: OperationContext, json: object): OperationOutput {
  const binary = getOtherFiles(operation)
  return [{ json: json as IDataObject, ...(Object.keys(binary).length > 0 ? { binary } : {}) }]
}

/** Returns the files of the input item that are no passes. */
export function getOtherFiles({ context, itemIndex }: OperationContext): IBinaryKeyData {
  const { binary = {} } = context.getInputData()[itemIndex] ?? {}
  return Object.fromEntries(
    Object.entries(binary).filter(([, { mimeType }]) => mimeType !== passMimeType),
  )
}

/** Builds the collection "Options" at the end of a form, sorted by display name. */
export function buildOptions(properties: INodeProperties[]): INodeProperties {
  const sorted = [...properties].sort((a, b) => a.displayName.localeCompare(b.displayName))
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: sorted,
  }
}

/** How many items the node processes at the same time. */
export const itemsAtOnce: INodeProperties = {
  displayName: 'Items at Once',
  name: 'itemsAtOnce',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 32, numberPrecision: 0 },
  default: 8,
  description:
    'How many items to process at the same time. The output keeps the order of the items. The value of the first item applies to all.',
}

/** An idempotency key to use instead of the one built from the execution, the node and the item. */
export const idempotencyKeyOption: INodeProperties = {
  displayName: 'Idempotency Key',
  name: 'idempotencyKey',
  type: 'string',
  default: '',
  placeholder: 'e.g. order-1042',
  description:
    'For 24 hours, a request with the same key creates no second pass and sends no second email. If empty, the key is built from the execution, the node and the item, so you can retry an execution safely.',
}

/** Keys of the request that the form does not offer. */
export const moreJson: INodeProperties = {
  displayName: 'More JSON',
  name: 'moreJson',
  type: 'json',
  default: '{}',
  description:
    'Additional keys of the request, which override the values of the form. They are documented on the page /docs of your service.',
}
