import { isEmpty } from '@passwright/shared'
import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { readForm } from '../form-values.ts'
import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { isOn, withMoreFields } from '../more-fields.ts'
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
import { fillTemplate, hasTemplate } from '../template-values.ts'
import { callService } from '../transport.ts'
import { fieldsToEmpty, readFieldsToEmpty, unchangeable } from './fields-to-empty.ts'

/** Updates the fields that are filled in; all others keep their values. */
export const updatePass = defineCreate({
  key: 'update_pass',
  noun: 'Pass',
  display: {
    label: 'Update Pass',
    description:
      'Updates what is filled in, the values of its template or single fields, and keeps all else.',
  },
  operation: {
    inputFields: withMoreFields([passDropdown, ...buildPassFields({ excluded: unchangeable })], {
      pass: 'existing',
      last: [fieldsToEmpty],
    }),
    inputFieldGroups,
    perform,
    outputFields: [...passFieldsWithId, warningsField],
    sample: { ...passSample, warnings: '' },
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  const changes = readChanges(z, bundle)
  const labels = {}
  return callService(
    z,
    bundle,
    async (client) => {
      const filled = hasTemplate(bundle)
        ? await fillTemplate(z, bundle, client, labels, 'either')
        : undefined
      const values = isEmpty(filled?.values) ? undefined : filled?.values
      const patch = { ...changes, ...(values && { values }) }
      if (Object.keys(patch).length === 0) {
        throw createHalt(z, 'No field is filled in, so there is nothing to update.')
      }
      const { warnings, unchanged } = await client.patchPass(serialNumber, patch)
      const pass = await client.getPass(serialNumber)
      const more = [...(filled?.warnings ?? []), ...(unchanged ? [] : listPhoneWarnings(pass))]
      return { ...toPassOutput(z, pass), warnings: toWarnings(warnings, ...more) }
    },
    labels,
  )
}

/** Reads the fields that are filled in, and those to empty. */
function readChanges(z: ZObject, bundle: Bundle): Record<string, unknown> {
  const { clear, ...inputData } = bundle.inputData
  const read = readForm(z, { ...bundle, inputData }, { pass: 'existing' })
  const changes = Object.entries(read).filter(([path]) => !unchangeable.includes(path))
  const isClearShown = !hasTemplate(bundle) || isOn(inputData.moreFields)
  return {
    ...(isClearShown ? readFieldsToEmpty(z, clear) : {}),
    ...Object.fromEntries(changes),
  }
}
