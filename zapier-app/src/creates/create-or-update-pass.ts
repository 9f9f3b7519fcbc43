import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { passFieldsWithId, passSample } from '../pass-output.ts'
import { performCreate } from './perform-create.ts'

/** Creates the pass with an external ID, or updates it if it exists. */
export const createOrUpdatePass = {
  key: 'create_or_update_pass',
  noun: 'Pass',
  display: {
    label: 'Create or Update Pass',
    description: 'Creates a pass with your own ID, or updates the pass that already has this ID.',
  },
  operation: {
    inputFields: buildPassFields({ required: ['externalId', 'title'] }),
    inputFieldGroups,
    perform: performCreate,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}
