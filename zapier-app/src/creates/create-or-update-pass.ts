import { isEmpty } from '@passwright/shared'
import { type Bundle, defineCreate, type PlainInputField, type ZObject } from 'zapier-platform-core'
import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { isOn, withMoreFields } from '../more-fields.ts'
import { createHalt } from '../plain-error.ts'
import { madePassFields, madePassSample, performCreate } from './perform-create.ts'

const replaceEverything: PlainInputField = {
  key: 'replaceEverything',
  label: 'Replace Everything',
  type: 'boolean',
  helpText:
    'What you leave empty stays as it is on a pass that exists. Choose True to remove it instead, so that the pass says what this step says and nothing else.',
  group: 'reference',
}

/** Creates the pass with an external ID, or updates it if it exists. */
export const createOrUpdatePass = defineCreate({
  key: 'create_or_update_pass',
  noun: 'Pass',
  display: {
    label: 'Create or Update Pass',
    description: 'Creates a pass with your own ID, or updates the pass that already has this ID.',
  },
  operation: {
    inputFields: withMoreFields(buildPassFields({ required: ['externalId'] }), {
      pass: 'existing',
      last: [replaceEverything],
    }),
    inputFieldGroups,
    perform,
    outputFields: madePassFields,
    sample: madePassSample,
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const { externalId, replaceEverything } = bundle.inputData
  if (isEmpty(externalId)) {
    throw createHalt(
      z,
      'Your Own ID is empty: without it, every run would create another pass. Map a value that every person or order has, such as a member number, or use Create Pass.',
    )
  }
  return performCreate(z, bundle, isOn(replaceEverything) ? 'replace' : 'merge')
}
