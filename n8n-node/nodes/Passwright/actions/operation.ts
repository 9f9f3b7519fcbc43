import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
} from 'n8n-workflow'
import type { Client } from '../portable/client'
import type { NamedFile } from '../shared/transport'

/** What an operation is given to work on one item. */
export interface Step {
  context: IExecuteFunctions
  client: Client<NamedFile>
  itemIndex: number
}

/** One thing that the node can do: how it is shown, what it asks, and what it makes of one item. */
export interface Operation {
  value: string
  name: string
  action: string
  description: string
  properties: INodeProperties[]
  run: (step: Step) => Promise<Pick<INodeExecutionData, 'json' | 'binary'>[]>
}

/** A result without a file: whatever files the item brought go on to the next step. */
export function passedOn({ context, itemIndex }: Step, json: object) {
  const { binary } = context.getInputData()[itemIndex] ?? {}
  return [{ json: json as IDataObject, ...(binary ? { binary } : {}) }]
}

/** The collection at the end of a form, for what few people change. */
export function options(properties: INodeProperties[]): INodeProperties {
  const byName = [...properties].sort((one, other) =>
    one.displayName.localeCompare(other.displayName),
  )
  return {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [...byName],
  }
}

/** How many items are asked for at the same time. */
export const itemsAtOnce: INodeProperties = {
  displayName: 'Items at Once',
  name: 'itemsAtOnce',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 32, numberPrecision: 0 },
  default: 8,
  description:
    'How many items the service works on at the same time; the results keep the order of the items. The setting of the first item counts.',
}

/** A key of one's own instead of the one that is made of execution, node and item. */
export const idempotencyKeyOption: INodeProperties = {
  displayName: 'Idempotency Key',
  name: 'idempotencyKey',
  type: 'string',
  default: '',
  placeholder: 'e.g. order-1042',
  description:
    'The same request with the same key makes no second pass and sends no second mail for 24 hours. Without one of your own, it is made of execution, node and item, so that a retried execution repeats nothing.',
}

/** Keys of the request that the form does not ask for. */
export const moreJson: INodeProperties = {
  displayName: 'More JSON',
  name: 'moreJson',
  type: 'json',
  default: '{}',
  description:
    'Further keys of the request, for experts: they win over the form. The page /docs of your service lists them.',
}
