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

/** Downloads all that is held of a person, and stashes it as one JSON file. */
export async function exportPerson(z: ZObject, bundle: Bundle): Promise<string> {
  const email = String(bundle.inputData.email)
  const pages = await callService(z, bundle, async (client) => {
    const first = await client.exportPerson(email)
    const all = [first]
    for (let cursor = first.nextCursor; cursor !== null; ) {
      const page = await client.exportPerson(email, cursor)
      all.push(page)
      cursor = page.nextCursor
    }
    return all
  })
  const file = Buffer.from(
    JSON.stringify({
      email,
      passes: pages.flatMap(({ passes }) => passes),
      emails: pages.flatMap(({ emails }) => emails),
      events: pages.flatMap(({ events }) => events),
      deliveries: pages.flatMap(({ deliveries }) => deliveries),
    }),
  )
  return z.stashFile(file, file.length, 'person.json', 'application/json')
}
