import { type INodeProperties, NodeOperationError } from 'n8n-workflow'
import { toProperty } from '../../form/fieldTypes'
import type { FormLabels } from '../../form/formLabels'
import type { AdjustRequest } from '../../portable/api/changes'
import { isEmpty } from '../../portable/forms/blanks'
import { adjustItems, assembleAdjustment } from '../../portable/forms/change-items'
import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  type Operation,
  type OperationContext,
  toOutput,
} from '../operation'
import { addPhoneWarning, hintAtWarnings } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'
import { getPassSummary } from './passSummary'

/** The two ways to change the number, of which the form asks for one. */
const ways = ['by', 'set']

const change: INodeProperties = {
  displayName: 'Change',
  name: 'change',
  type: 'options',
  options: [
    { name: 'Add', value: 'by' },
    { name: 'Set', value: 'set' },
  ],
  default: 'by',
  description: 'Whether to add to the number or to set it',
}

/** What stands at the top level of the form; all else is an option. */
const topLevel = ['field', ...ways, 'reference']

const properties = adjustItems.map((row): INodeProperties => {
  const isWay = ways.includes(row.key)
  return {
    ...toProperty(row),
    ...(isWay || row.key === 'field' ? { required: true } : {}),
    ...(isWay ? { displayOptions: { show: { change: [row.key] } } } : {}),
  }
})
const [field, ...others] = properties.filter(({ name }) => topLevel.includes(name))
const options = properties.filter(({ name }) => !topLevel.includes(name))

const labels: FormLabels = Object.fromEntries(adjustItems.map(({ path, label }) => [path, label]))

export const addToCounter: Operation = {
  value: 'addToCounter',
  name: 'Add to Counter',
  action: 'Add to counter of pass',
  description: 'Change a number in a field, such as points or stamps, however many do so at once',
  properties: [
    passLocator,
    ...(field ? [field] : []),
    change,
    ...others,
    buildOptions([...options, idempotencyKeyOption, itemsAtOnce]),
  ],
  labels,
  run: async (operation) => {
    const { context, client, itemIndex } = operation
    const request = readAdjustment(operation)
    const serialNumber = await getSerialNumber(operation)
    const key = buildIdempotencyKey(context, itemIndex, { serialNumber, ...request })
    const reply = await client.adjustPass(serialNumber, request, key)
    const pass = await getPassSummary(operation, serialNumber)
    hintAtWarnings(operation, reply)
    return toOutput(operation, { ...pass, ...reply, ...addPhoneWarning(pass, reply) })
  },
}

/** Reads the change of one item; throws if the field or the number is empty. */
function readAdjustment({ context, itemIndex }: OperationContext): AdjustRequest {
  const way = context.getNodeParameter('change', itemIndex, 'by') === 'set' ? 'set' : 'by'
  const asked = adjustItems.filter(({ key }) => key === way || !ways.includes(key))
  const values = Object.fromEntries(
    asked.map(({ key }) => {
      const name = topLevel.includes(key) ? key : `options.${key}`
      return [key, context.getNodeParameter(name, itemIndex, '')]
    }),
  )
  for (const { key, label, sample } of asked) {
    if (!['field', way].includes(key) || !isEmpty(values[key])) continue
    throw new NodeOperationError(context.getNode(), `${label} is empty`, {
      itemIndex,
      description: `Enter a value such as ${sample}.`,
    })
  }
  return assembleAdjustment(values)
}
