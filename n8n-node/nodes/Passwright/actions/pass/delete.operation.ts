import { buildOptions, itemsAtOnce, type Operation, toOutput } from '../operation'
import { addPhoneWarning } from './changedPass'
import { getSerialNumber, passLocator } from './passLocator'
import { getPassSummary } from './passSummary'

export const deletePass: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete pass',
  description: 'Void and expire a pass permanently; this cannot be undone',
  properties: [passLocator, buildOptions([itemsAtOnce])],
  run: async (operation) => {
    const serialNumber = await getSerialNumber(operation)
    const reply = await operation.client.deletePass(serialNumber)
    const pass = await getPassSummary(operation, serialNumber)
    const warnings = addPhoneWarning(pass, { unchanged: reply.alreadyDeleted === true })
    return toOutput(operation, { ...pass, ...reply, ...warnings })
  },
}
