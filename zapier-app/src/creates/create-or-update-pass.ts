import { inputFieldGroups, passFields } from '../input-fields.ts'
import { passFieldsWithId, passSample } from '../pass-output.ts'
import { issue } from './issue.ts'

/** The pass of whoever the maker knows by an ID of their own: made the first time, changed from then on. */
export const createOrUpdatePass = {
  key: 'create_or_update_pass',
  noun: 'Pass',
  display: {
    label: 'Create or Update Pass',
    description: 'Creates a pass for an ID of your own, or updates the pass that has it already.',
  },
  operation: {
    inputFields: passFields({ required: ['externalId', 'title'] }),
    inputFieldGroups,
    perform: issue,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}
