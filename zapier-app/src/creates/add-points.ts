import {
  type AdjustRequest,
  adjustItems,
  assembleAdjustment,
  isEmpty,
  Problem,
} from '@passwright/shared'
import {
  type Bundle,
  defineCreate,
  type PlainOutputField,
  type ZObject,
} from 'zapier-platform-core'
import { toZapierError } from '../errors.ts'
import { buildItemFields } from '../input-fields.ts'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import {
  listPhoneWarnings,
  notifiedDevicesField,
  passFieldsWithId,
  passSample,
  toPassOutput,
  toWarnings,
  warningsField,
} from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'

const labels = Object.fromEntries(adjustItems.map(({ path, label }) => [path, label]))

const counterFields: PlainOutputField[] = [
  { key: 'field', label: 'Field Key', type: 'string' },
  { key: 'before', label: 'Number Before', type: 'number' },
  { key: 'after', label: 'Number After', type: 'number' },
  { key: 'reached', label: 'Maximum Reached', type: 'boolean' },
  { key: 'unchanged', label: 'Unchanged', type: 'boolean' },
  notifiedDevicesField,
]

/** Adds to a number in a field of a pass, such as points or stamps, or sets it. */
export const addPoints = defineCreate({
  key: 'add_points',
  noun: 'Pass',
  display: {
    label: 'Add Points',
    description:
      'Adds to a number on a pass, such as points or stamps, however many do so at once.',
  },
  operation: {
    inputFields: [passDropdown, ...buildItemFields(adjustItems, ['field'])],
    perform,
    outputFields: [...passFieldsWithId, ...counterFields, warningsField],
    sample: {
      ...passSample,
      field: 'stamps',
      before: 9,
      after: 10,
      reached: true,
      unchanged: false,
      notifiedDevices: 1,
      warnings: '',
    },
  },
})

/** No idempotency key: two customers' purchases may look the same, and only their references tell them from a replay. */
async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  const request = readAdjustment(z, bundle)
  return callService(
    z,
    bundle,
    async (client) => {
      const reply = await client.adjustPass(serialNumber, request)
      const { field, before, after, reached, unchanged, notifiedDevices } = reply
      const pass = await client.getPass(serialNumber)
      const warnings = toWarnings(reply.warnings, ...(unchanged ? [] : listPhoneWarnings(pass)))
      const counter = { field, before, after, reached, unchanged, notifiedDevices }
      return { ...toPassOutput(z, pass), ...counter, warnings }
    },
    labels,
  )
}

/** Reads the change; halts the run if the field or the number is empty, or cannot be read. */
function readAdjustment(z: ZObject, { inputData }: Bundle): AdjustRequest {
  const { field, by, set } = inputData
  if (isEmpty(field)) {
    throw createHalt(z, 'Field Key is empty: enter the key of the field, such as points.')
  }
  if (isEmpty(by) === isEmpty(set)) {
    const both = `${labels.by} and ${labels.set}`
    throw createHalt(
      z,
      isEmpty(by)
        ? `${both} are empty: fill in one of them.`
        : `${both}: fill in only one of them.`,
    )
  }
  try {
    return assembleAdjustment(inputData)
  } catch (error) {
    throw error instanceof Problem ? toZapierError(z, error, { labels }) : error
  }
}
