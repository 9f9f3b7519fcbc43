import { assemble, fields } from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { answersOf, inputFieldGroups, passFields } from '../input-fields.ts'
import { passChoice } from '../pass-choice.ts'
import { passFieldsWithId, passOutput, passSample } from '../pass-output.ts'
import { passwright } from '../transport.ts'

/** Who a pass is does not change, and a change mails nothing. */
const without = ['externalId', 'passTypeIdentifier', 'email']

const changeable = fields.filter(({ key }) => !without.includes(key))

const clear: PlainInputField = {
  key: 'clear',
  label: 'Fields to Empty',
  type: 'string',
  list: true,
  choices: Object.fromEntries(changeable.map(({ key, label }) => [key, label])),
  helpText:
    'What the pass shall no longer say. Fields that you leave empty above stay as they are.',
  group: 'reference',
}

/** Changes what is filled in, and leaves the rest. */
export const updatePass = {
  key: 'update_pass',
  noun: 'Pass',
  display: {
    label: 'Update Pass',
    description: 'Updates what is filled in on a pass, and leaves the rest as it is.',
  },
  operation: {
    inputFields: [passChoice, ...passFields({ without }), clear],
    inputFieldGroups,
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

async function perform(z: ZObject, bundle: Bundle) {
  const {
    serialNumber,
    clear: emptied = [],
    ...given
  } = bundle.inputData as {
    serialNumber: string
    clear?: string[]
  }
  const changes = assemble(answersOf(given))
  const removed = changeable.filter(({ key }) => emptied.includes(key)).map(({ path }) => path)
  const patch = { ...Object.fromEntries(removed.map((path) => [path, null])), ...changes }
  if (Object.keys(patch).length === 0) {
    throw new z.errors.HaltedError('Nothing is filled in, so there is nothing to change.')
  }
  return passwright(z, bundle, async (client) => {
    await client.patchPass(serialNumber, patch)
    return passOutput(z, await client.getPass(serialNumber))
  })
}
