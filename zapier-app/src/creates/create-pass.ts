import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { buildPassFields, inputFieldGroups } from '../input-fields.ts'
import { withMoreFields } from '../more-fields.ts'
import { madePassFields, madePassSample, performCreate } from './perform-create.ts'

/** Creates a pass, and optionally sends it by email in the same step. */
export const createPass = defineCreate({
  key: 'create_pass',
  noun: 'Pass',
  display: {
    label: 'Create Pass',
    description:
      'Creates a pass for Apple Wallet, from a template or field by field, with its file for later steps.',
  },
  operation: {
    inputFields: withMoreFields(buildPassFields(), { pass: 'new' }),
    inputFieldGroups,
    perform: (z: ZObject, bundle: Bundle) => performCreate(z, bundle),
    outputFields: madePassFields,
    sample: madePassSample,
  },
})
