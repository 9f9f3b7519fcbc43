import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService } from '../support/environment/test-service.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { readPassJson } from '../support/phones/read-pass-json.ts'

describe.each(databases)('the file of a pass on $name', ({ createDatabase }) => {
  /** A service that counts its signatures, and may do something else before each. */
  const start = async (databaseUrl: string) => {
    const signing = { count: 0, before: async () => {} }
    let [later, stoppedAt] = [0, 0]
    const service = await startTestService({
      databaseUrl,
      env: { PUBLIC_URL: 'https://passes.example.com' },
      overrides: ({ signPass }) => ({
        now: () => new Date(stoppedAt || Date.now() + later),
        push: async () => ({ result: 'delivered' }),
        signPass: async (...args) => {
          signing.count += 1
          await signing.before()
          return signPass(...args)
        },
      }),
    })
    onTestFinished(() => service.stop())
    const download = async (path: string, key?: string) => {
      const response = await service.fetch(path, key === undefined ? {} : { key })
      return { status: response.status, file: Buffer.from(await response.bytes()) }
    }
    const wait = (ms: number) => {
      later += ms
    }
    const stopClock = () => {
      stoppedAt = Date.now()
    }
    return { service, signing, download, wait, stopClock }
  }
  const read = async (file: Uint8Array) => JSON.stringify(await readPassJson(file))

  it('is signed once for everybody who asks, and again only when the pass has changed', async () => {
    const { service, signing, download } = await start(await createDatabase())
    const key = await service.createKey()
    const client = service.client(key)
    const made = await client.createPass({ title: 'Club', value: '1' })
    const path = new URL(made.downloadUrl).pathname
    const downloads = async () => [
      ...(await Promise.all(Array.from({ length: 20 }, () => download(path)))),
      await download(`/api/passes/${made.serialNumber}?format=pkpass`, key),
    ]
    for (const { file } of await downloads())
      expect(file.equals(Buffer.from(made.applePass, 'base64'))).toBe(true)
    expect(signing.count).toBe(1)

    const phones = Array.from({ length: 3 }, () => createIphone({ serviceUrl: service.url }))
    for (const phone of phones) await phone.add(Buffer.from(made.applePass, 'base64'))
    await client.patchPass(made.serialNumber, { value: '2' })
    await Promise.all(phones.map((phone) => phone.update()))
    const [{ file } = { file: Buffer.alloc(0) }, ...others] = await downloads()
    expect(await read(file)).toContain('"value":"2"')
    for (const other of others) expect(other.file.equals(file)).toBe(true)
    for (const phone of phones)
      expect(JSON.stringify(phone.wallet.get(made.serialNumber)?.passJson)).toBe(await read(file))
    expect(signing.count).toBe(2)

    await client.patchPass(made.serialNumber, { value: '2' })
    await downloads()
    expect(signing.count).toBe(2)
    await client.sendMessage(made.serialNumber, 'Your table is ready')
    for (const { file: newer } of await downloads())
      expect(await read(newer)).toContain('Your table is ready')
    expect(signing.count).toBe(3)
  })

  it('is the newest one, also after another instance or a change in the meantime', async () => {
    const databaseUrl = await createDatabase()
    const [here, there] = [await start(databaseUrl), await start(databaseUrl)]
    const key = await here.service.createKey()
    const made = await here.service.client(key).createPass({ title: 'Club', value: '1' })
    const path = new URL(made.downloadUrl).pathname
    const other = there.service.client(key)
    await here.download(path)
    await other.patchPass(made.serialNumber, { value: '2' })
    expect(await read((await here.download(path)).file)).toContain('"value":"2"')

    // It was signed without the label that the other instance sets just then.
    here.signing.before = async () => {
      here.signing.before = async () => {}
      await other.patchPass(made.serialNumber, { label: 'Points' })
    }
    await here.service.client(key).patchPass(made.serialNumber, { value: '3' })
    for (const { download } of [here, there]) {
      const passJson = await read((await download(path)).file)
      expect(passJson).toContain('"value":"3"')
      expect(passJson).toContain('"label":"Points"')
    }
  })

  it('is not that of a change that was refused, although the next one is as recent', async () => {
    const { service, download, stopClock } = await start(await createDatabase())
    const key = await service.createKey()
    stopClock()
    const client = service.client(key)
    const made = await client.createPass({ title: 'Club', value: '1' })
    const path = `/api/passes/${made.serialNumber}`
    const refused = await service.fetch(path, {
      key,
      method: 'PATCH',
      json: { value: '2' },
      headers: { 'If-Match': '"another"' },
    })
    expect(refused.status).toBe(412)
    await client.voidPass(made.serialNumber)
    const passJson = await read((await download(`${path}?format=pkpass`, key)).file)
    expect(passJson).toContain('"voided":true')
    expect(passJson).toContain('"value":"1"')
  })

  it('is refused once its certificate has expired, however often it was signed before', async () => {
    const { service, download, wait } = await start(await createDatabase())
    const key = await service.createKey()
    const { serialNumber } = await service.client(key).createPass({ title: 'Club' })
    const path = `/api/passes/${serialNumber}?format=pkpass`
    expect((await download(path, key)).status).toBe(200)
    wait(20 * 365 * 86_400_000)
    const { status, file } = await download(path, key)
    expect(status).toBe(503)
    expect(file.toString()).toContain('certificate_expired')
  })
})
