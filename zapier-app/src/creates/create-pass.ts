import { inputFieldGroups, passFields } from '../input-fields.ts'
import { passFieldsWithId, passSample } from '../pass-output.ts'
import { issue } from './issue.ts'

/** A new pass, mailed in the same step if wished. */
export const createPass = {
  key: 'create_pass',
  noun: 'Pass',
  display: {
    label: 'Create Pass',
    description: 'Creates a pass for Apple Wallet, with its file for later steps.',
  },
  operation: {
    inputFields: passFields({ required: ['title'] }),
    inputFieldGroups,
    perform: issue,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}
