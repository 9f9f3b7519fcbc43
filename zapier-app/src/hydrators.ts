import type { Bundle, ZObject } from 'zapier-platform-core'
import { callService } from './transport.ts'

/**
 * Downloads the current file of a pass and stashes it, so that later steps can get it without the API
 * key. The revision in the pointer is not read: it makes the pointer of an updated pass a different one.
 */
export async function downloadPass(z: ZObject, bundle: Bundle): Promise<string> {
  const serialNumber = String(bundle.inputData.serialNumber)
  const file = await callService(z, bundle, (client) => client.getPassFile(serialNumber))
  return z.stashFile(file.bytes, file.bytes.length, file.name, file.type)
}
