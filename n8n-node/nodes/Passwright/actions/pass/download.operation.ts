import type { IDataObject } from 'n8n-workflow'
import { itemsAtOnce, type Operation, options } from '../operation'
import { fileNameOption, fileOutput, outputField } from './passFile'
import { passLocator, serialNumberOf } from './passLocator'

export const download: Operation = {
  value: 'download',
  name: 'Download',
  action: 'Download pass',
  description: 'Get the current .pkpass file of a pass',
  properties: [passLocator, outputField, options([fileNameOption, itemsAtOnce])],
  run: async (step) => {
    const serialNumber = await serialNumberOf(step)
    const [told, { bytes, fileName }] = await Promise.all([
      step.client.getPass(serialNumber),
      step.client.getPassFile(serialNumber),
    ])
    const json = { ...told, fileName } as unknown as IDataObject
    return [{ json, binary: await fileOutput(step, bytes, fileName) }]
  },
}
