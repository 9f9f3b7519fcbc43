import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { readForm } from '../form-values.ts'
import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { withMoreFields } from '../more-fields.ts'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import {
  listPhoneWarnings,
  passFieldsWithId,
  passSample,
  toPassOutput,
  toWarnings,
  warningsField,
} from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'
import { fieldsToEmpty, readFieldsToEmpty, unchangeable } from './fields-to-empty.ts'

/** Updates the fields that are filled in; all others keep their values. */
export const updatePass = defineCreate({
  key: 'update_pass',
  noun: 'Pass',
  display: {
    label: 'Update Pass',
    description: 'Updates the fields of a pass that are filled in, and keeps all others.',
  },
  operation: {
    inputFields: withMoreFields(
      [passDropdown, ...buildPassFields({ excluded: unchangeable })],
      [fieldsToEmpty],
    ),
    inputFieldGroups,
    perform,
    outputFields: [...passFieldsWithId, warningsField],
    sample: { ...passSample, warnings: '' },
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  const { clear, ...inputData } = bundle.inputData
  const read = readForm(z, { ...bundle, inputData }, { pass: 'existing' })
  const changes = Object.entries(read).filter(([path]) => !unchangeable.includes(path))
  const patch = { ...readFieldsToEmpty(z, clear), ...Object.fromEntries(changes) }
  if (Object.keys(patch).length === 0) {
    throw createHalt(z, 'No field is filled in, so there is nothing to update.')
  }
  return callService(z, bundle, async (client) => {
    const { warnings, unchanged } = await client.patchPass(serialNumber, patch)
    const pass = await client.getPass(serialNumber)
    const more = unchanged ? [] : listPhoneWarnings(pass)
    return { ...toPassOutput(z, pass), warnings: toWarnings(warnings, ...more) }
  })
}
