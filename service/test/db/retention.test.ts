import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deleteExpiredData } from '../../src/db/retention.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService } from '../support/environment/test-service.ts'

const DAY_MS = 24 * 60 * 60 * 1000

describe.each(databases)('retention on $name', ({ createDatabase }) => {
  const start = async () => {
    let time = Date.now()
    const service = await startTestService({
      databaseUrl: await createDatabase(),
      overrides: () => ({ now: () => new Date(time) }),
    })
    onTestFinished(service.stop)
    const key = await service.createKey()
    const passDays = (days: number) => {
      time += days * DAY_MS
    }
    const sweep = () => deleteExpiredData(service.ctx.db, new Date(time))
    const get = async (path: string) => service.fetch(path, { key })
    return { service, client: service.client(key), passDays, sweep, get }
  }
  const createLogo = async (background: string) => {
    const image = sharp({ create: { width: 40, height: 20, channels: 3, background } })
    return `data:image/png;base64,${(await image.png().toBuffer()).toString('base64')}`
  }

  it('clears what a deleted pass said after 30 days, while its link still says that it was deleted', async () => {
    const { service, client, passDays, sweep, get } = await start()
    const { serialNumber, shareUrl } = await client.createPass({
      title: 'Secret Club',
      value: 'Ada Example',
      externalId: 'ada',
      barcodeValue: 'M-1',
      metadata: { phone: '123' },
    })
    const other = await client.createPass({ title: 'Other', value: 'Ada Example' })
    await client.deletePass(serialNumber)
    passDays(29)
    await sweep()
    expect((await client.getPass(serialNumber)).title).toBe('Secret Club')

    passDays(2)
    await sweep()
    await sweep()
    const cleared = await client.getPass(serialNumber)
    expect(cleared).toMatchObject({ serialNumber, title: '', externalId: null, metadata: {} })
    expect(cleared.deletedAt).toEqual(expect.any(String))
    const page = await get(new URL(shareUrl).pathname)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toContain('Secret')
    expect((await get(`/api/passes/${serialNumber}?format=pkpass`)).status).toBe(200)
    const found = await client.listPasses({ q: 'ada' })
    expect(found.passes.map((pass) => pass.serialNumber)).toEqual([other.serialNumber])
    const rows = await service.ctx.db.selectFrom('pass').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/Secret|M-1|"ada"/)
    const subtitles = Object.fromEntries(rows.map((row) => [row.serial_number, row.subtitle]))
    expect(subtitles).toEqual({ [serialNumber]: null, [other.serialNumber]: 'Ada Example' })
  })

  it('deletes an image that no pass uses a week after one last began to, and no other', async () => {
    const { service, client, passDays, sweep } = await start()
    const [shared, own] = [await createLogo('red'), await createLogo('blue')]
    const countImages = async () =>
      (await service.ctx.db.selectFrom('image').select('hash').execute()).length
    const one = await client.createPass({ title: 'One', logoURL: shared })
    const two = await client.createPass({ title: 'Two', logoURL: own })
    await client.createPass({ title: 'Three', logoURL: shared })
    const all = await countImages()
    passDays(8)
    await sweep()
    expect(await countImages()).toBe(all)

    await client.patchPass(two.serialNumber, { logoURL: null })
    await client.patchPass(one.serialNumber, { logoURL: null })
    await sweep()
    expect(await countImages()).toBe(all / 2)
    const four = await client.createPass({ title: 'Four', logoURL: await createLogo('green') })
    await client.patchPass(four.serialNumber, { logoURL: null })
    passDays(6)
    await sweep()
    expect(await countImages()).toBe(all)
    for (const { serialNumber } of (await client.listPasses()).passes)
      expect((await client.getPassFile(serialNumber)).byteLength).toBeGreaterThan(1_000)
  })

  it('keeps an image that a new pass begins to use again', async () => {
    const { client, passDays, sweep } = await start()
    const logoURL = await createLogo('red')
    const one = await client.createPass({ title: 'One', logoURL })
    await client.patchPass(one.serialNumber, { logoURL: null })
    passDays(8)
    const two = await client.createPass({ title: 'Two', logoURL })
    await sweep()
    expect((await client.getPassFile(two.serialNumber)).byteLength).toBeGreaterThan(1_000)
  })
})
