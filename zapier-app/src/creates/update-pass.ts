import { assemble, fields } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { buildPassFields, inputFieldGroups, toFormValues } from '../input-fields.ts'
import { passDropdown } from '../pass-dropdown.ts'
import { passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { callService } from '../transport.ts'

/** Fields that an update cannot change: the identity of the pass, and the email, which an update does not send. */
const excluded = ['externalId', 'passTypeIdentifier', 'email']

const updatableFields = fields.filter(({ key }) => !excluded.includes(key))

const clear: PlainInputField = {
  key: 'clear',
  label: 'Fields to Empty',
  type: 'string',
  list: true,
  choices: Object.fromEntries(updatableFields.map(({ key, label }) => [key, label])),
  helpText:
    'The fields to remove from the pass. Other fields that you leave empty keep their values.',
  group: 'reference',
}

/** Updates the fields that are filled in; all others keep their values. */
export const updatePass = {
  key: 'update_pass',
  noun: 'Pass',
  display: {
    label: 'Update Pass',
    description: 'Updates the fields of a pass that are filled in, and keeps all others.',
  },
  operation: {
    inputFields: [passDropdown, ...buildPassFields({ excluded }), clear],
    inputFieldGroups,
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

async function perform(z: ZObject, bundle: Bundle) {
  const {
    serialNumber,
    clear: clearedKeys = [],
    ...input
  } = bundle.inputData as {
    serialNumber: string
    clear?: string[]
  }
  const changes = assemble(toFormValues(input))
  const cleared = updatableFields.filter(({ key }) => clearedKeys.includes(key))
  const patch = { ...Object.fromEntries(cleared.map(({ path }) => [path, null])), ...changes }
  if (Object.keys(patch).length === 0) {
    throw new z.errors.HaltedError('No field is filled in, so there is nothing to update.')
  }
  return callService(z, bundle, async (client) => {
    await client.patchPass(serialNumber, patch)
    return toPassOutput(z, await client.getPass(serialNumber))
  })
}
