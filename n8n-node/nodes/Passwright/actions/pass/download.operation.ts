import type { IDataObject } from 'n8n-workflow'
import { buildOptions, itemsAtOnce, type Operation } from '../operation'
import { fileNameOption, outputField, storeFile } from './passFile'
import { getSerialNumber, passLocator } from './passLocator'

export const download: Operation = {
  value: 'download',
  name: 'Download',
  action: 'Download pass',
  description: 'Get the current .pkpass file of a pass',
  properties: [passLocator, outputField, buildOptions([fileNameOption, itemsAtOnce])],
  run: async (operation) => {
    const { client } = operation
    const serialNumber = await getSerialNumber(operation)
    const [pass, { bytes, fileName }] = await Promise.all([
      client.getPass(serialNumber),
      client.getPassFile(serialNumber),
    ])
    const json = { ...pass, fileName } as unknown as IDataObject
    return [{ json, binary: await storeFile(operation, bytes, fileName) }]
  },
}
