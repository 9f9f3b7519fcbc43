import { buildOptions, itemsAtOnce, type Operation } from '../operation'
import { fileNameOption, outputField, toFileOutput } from './passFile'
import { getSerialNumber, passLocator } from './passLocator'
import { getPassSummary } from './passSummary'

export const download: Operation = {
  value: 'download',
  name: 'Download',
  action: 'Download pass',
  description: 'Get the current .pkpass file of a pass',
  properties: [passLocator, outputField, buildOptions([fileNameOption, itemsAtOnce])],
  run: async (operation) => {
    const serialNumber = await getSerialNumber(operation)
    const [pass, file] = await Promise.all([
      getPassSummary(operation, serialNumber),
      operation.client.getPassFile(serialNumber),
    ])
    return toFileOutput(operation, pass, file)
  },
}
