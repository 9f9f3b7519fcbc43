import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { createPassToken, memberCard } from '../support/web/share-page-reader.ts'

let service: TestService
let key: string
let signatures = 0
beforeAll(async () => {
  service = await startTestService({
    overrides: ({ signPass }) => ({
      signPass: (...args) => {
        signatures += 1
        return signPass(...args)
      },
    }),
  })
  key = await service.createKey()
})
afterAll(() => service?.stop())

async function download(token: string): Promise<string> {
  const response = await service.fetch(`/p/${token}.pkpass`)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer()).toString('latin1')
}

describe('downloads of a pass', () => {
  it('sign it once as long as it stays as it is, also when they come at once', async () => {
    const token = await createPassToken(service, key, memberCard)
    const before = signatures
    const files = await Promise.all(Array.from({ length: 20 }, () => download(token)))
    files.push(await download(token))
    expect(new Set(files).size).toBe(1)
    expect(signatures - before).toBe(1)
  })

  it('give the new file after each kind of change', async () => {
    const client = service.client(key)
    const { serialNumber, shareUrl } = await client.createPass(memberCard)
    const token = shareUrl.slice(shareUrl.lastIndexOf('/') + 1)
    const before = await download(token)
    expect(before).not.toContain('"voided":true')

    await client.patchPass(serialNumber, { value: 'Grace Example' })
    const changed = await download(token)
    expect(changed).toContain('Grace Example')

    await client.voidPass(serialNumber)
    expect(await download(token)).toContain('"voided":true')
  })
})
