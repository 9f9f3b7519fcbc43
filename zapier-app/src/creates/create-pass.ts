import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { passFieldsWithId, passSample } from '../pass-output.ts'
import { performCreate } from './perform-create.ts'

/** Creates a pass, and optionally sends it by email in the same step. */
export const createPass = {
  key: 'create_pass',
  noun: 'Pass',
  display: {
    label: 'Create Pass',
    description: 'Creates a pass for Apple Wallet, with its file for later steps.',
  },
  operation: {
    inputFields: buildPassFields({ required: ['title'] }),
    inputFieldGroups,
    perform: performCreate,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}
