import type { Bundle, ZObject } from 'zapier-platform-core'
import { callService } from './transport.ts'

/** The input data of a dehydrated pass file. The revision is not read: it makes the pointer of an updated pass a different one. */
interface PassPointer extends Record<string, unknown> {
  serialNumber: string
  revision: string
}

/** Downloads the current file of a pass and stashes it, so that later steps can get it without the API key. */
export async function downloadPass(z: ZObject, bundle: Bundle): Promise<string> {
  const { serialNumber } = bundle.inputData as PassPointer
  const file = await callService(z, bundle, (client) => client.getPassFile(serialNumber))
  return z.stashFile(file.bytes, file.bytes.length, file.name, file.type)
}
