import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { passDropdown, readSerialNumber } from '../pass-dropdown.ts'
import { passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'

/** Deletes a pass: it is void and expired for good, and its external ID is free again. */
export const deletePass = defineCreate({
  key: 'delete_pass',
  noun: 'Pass',
  display: {
    label: 'Delete Pass',
    description: 'Deletes a pass for good: it is void and expired, and its ID can be used again.',
  },
  operation: {
    inputFields: [passDropdown],
    perform,
    outputFields: passFieldsWithId,
    sample: { ...passSample, voided: true },
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const serialNumber = readSerialNumber(z, bundle)
  return callService(z, bundle, async (client) => {
    const { alreadyDeleted } = await client.deletePass(serialNumber)
    if (alreadyDeleted) throw createHalt(z, 'This pass is deleted already.')
    return toPassOutput(z, await client.getPass(serialNumber))
  })
}
