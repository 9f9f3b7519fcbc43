import type { Bundle, ZObject } from 'zapier-platform-core'
import { passwright } from './transport.ts'

/** What a pointer to a pass file holds; the revision is there to be different. */
interface PassPointer extends Record<string, unknown> {
  serialNumber: string
  revision: string
}

/** Fetches the file of a pass as it is now, and lays it where later steps may get it without a key. */
export async function downloadPass(z: ZObject, bundle: Bundle): Promise<string> {
  const { serialNumber } = bundle.inputData as PassPointer
  const file = await passwright(z, bundle, (client) => client.getPassFile(serialNumber))
  return z.stashFile(file.bytes, file.bytes.length, file.name, file.type)
}
