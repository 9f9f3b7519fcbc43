import type { EventRecord, MadePass, StatsRow } from '@passwright/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'
import { createIphone } from '../support/phones/iphone.ts'

const nothing = {
  created: 0,
  mailed: 0,
  mailFailed: 0,
  opened: 0,
  downloaded: 0,
  installedApple: 0,
  installedGoogle: 0,
  removed: 0,
  voided: 0,
}

describe.each(databases)('the statistics of a key on $name', ({ createDatabase: newUrl }) => {
  let services: TestService[]
  let key: string
  let now = new Date('2027-01-31T12:00:00.000Z')
  const mailer = createFakeMailer()

  beforeAll(async () => {
    const databaseUrl = await newUrl()
    const env = {
      PUBLIC_URL: 'https://passes.example.com',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'cards@example.com',
    }
    const overrides = () => ({ mailer, now: () => now })
    const start = () => startTestService({ databaseUrl, env, overrides })
    services = [await start(), await start()]
  })
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  beforeEach(async () => {
    now = new Date('2027-01-31T12:00:00.000Z')
    key = await at(0).createKey()
  })

  const at = (index: number) => services[index % 2] as TestService
  const client = (index = 0) => at(index).client(key)
  const getPath = (url: string) => new URL(url).pathname
  const get = async (query: string, owner = key) => {
    const response = await at(0).fetch(`/api/stats?${query}`, { key: owner })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const listEvents = async (): Promise<EventRecord<{ wallet?: string }>[]> => {
    const all: EventRecord<{ wallet?: string }>[] = []
    for (;;) {
      const after = all.at(-1)?.id
      const page = await client().listEvents<{ wallet?: string }>({
        limit: 100,
        ...(after === undefined ? {} : { after }),
      })
      all.push(...page.events)
      if (page.events.length < 100) return all
    }
  }

  it('equal the events of each day, whichever instance wrote them', async () => {
    mailer.results.push({ result: 'failed', reason: '550 No such user' })
    const isOfEmail = ({ type }: EventRecord) => type.startsWith('email.')
    const passes: MadePass[] = []
    for (let n = 0; n < 12; n += 1) {
      now = new Date(Date.UTC(2027, 0, 28 + Math.floor(n / 4), 23, 59))
      passes.push(await client(n).createPass({ title: 'Card', email: { to: `p${n}@example.com` } }))
      // A worker would take an email for that of a dead one when the clock moves on by a day.
      await waitFor(listEvents, (all) => all.filter(isOfEmail).length === passes.length)
    }
    const [first, second, third] = passes
    if (!first || !second || !third) throw new Error('No passes')
    await client().voidPass(first.serialNumber)
    await client(1).voidPass(second.serialNumber)
    await client().unvoidPass(second.serialNumber)
    await client().patchPass(third.serialNumber, { title: 'Changed' })
    for (const { downloadUrl } of passes.slice(0, 4)) {
      await at(1).fetch(getPath(downloadUrl))
      await at(0).fetch(getPath(downloadUrl))
    }
    const phone = createIphone({ serviceUrl: at(0).url })
    for (const { serialNumber } of [second, third]) {
      await phone.add(await client().getPassFile(serialNumber))
    }
    await phone.remove(third.serialNumber)
    // Written after the file was sent.
    const isDownload = ({ type }: EventRecord) => type === 'pass.downloaded'
    const events = await waitFor(listEvents, (all) => all.filter(isDownload).length === 4)

    const { rows, now: living } = await client().getStats({ from: '2027-01-27', to: '2027-01-31' })
    const count = (day: string, type: string) =>
      events.filter((event) => event.type === type && event.timestamp.startsWith(day)).length
    expect(rows).toEqual(
      ['2027-01-27', '2027-01-28', '2027-01-29', '2027-01-30', '2027-01-31'].map((day) => ({
        ...nothing,
        from: day,
        created: count(day, 'pass.created'),
        mailed: count(day, 'email.sent'),
        mailFailed: count(day, 'email.failed'),
        downloaded: count(day, 'pass.downloaded'),
        installedApple: count(day, 'pass.installed'),
        removed: count(day, 'pass.removed'),
        voided: count(day, 'pass.voided'),
      })),
    )
    expect(rows.map(({ created }) => created)).toEqual([0, 4, 4, 4, 0])
    const sums = (name: keyof StatsRow) => rows.reduce((sum, row) => sum + Number(row[name]), 0)
    expect([sums('mailed'), sums('mailFailed'), sums('downloaded')]).toEqual([11, 1, 4])
    expect([sums('installedApple'), sums('removed'), sums('voided')]).toEqual([2, 1, 2])
    expect(living).toEqual({ living: 11, installed: 1, neverInstalled: 9 })
  })

  it('count visits of the share page, but neither a HEAD nor a page fetched in advance', async () => {
    const path = getPath((await client().createPass({ title: 'Card' })).shareUrl)
    for (const service of services) expect((await service.fetch(path)).status).toBe(200)
    await at(0).fetch(path, { method: 'HEAD' })
    await at(0).fetch(path, { headers: { 'sec-purpose': 'prefetch;prerender' } })
    const read = async () => (await client().getStats()).rows.at(-1)
    await waitFor(read, (row) => row?.opened === 2)
  })

  it('have a row for each period: the latest 30 days, 12 weeks from Monday on, 12 months', async () => {
    for (const day of ['2026-12-31', '2027-01-03', '2027-01-04', '2027-01-31']) {
      now = new Date(`${day}T00:00:00.000Z`)
      await client().createPass({ title: 'Card' })
    }
    const summarize = async (query: string) =>
      (await get(query)).body.rows
        .filter(({ created }: StatsRow) => created > 0)
        .map(({ from, created }: StatsRow) => [from, created])
    expect((await get('')).body.rows).toHaveLength(30)
    expect(await summarize('')).toEqual([
      ['2027-01-03', 1],
      ['2027-01-04', 1],
      ['2027-01-31', 1],
    ])
    expect((await get('by=week')).body.rows).toHaveLength(12)
    expect(await summarize('by=week')).toEqual([
      ['2026-12-28', 2],
      ['2027-01-04', 1],
      ['2027-01-25', 1],
    ])
    expect((await get('by=month')).body.rows.map(({ from }: StatsRow) => from)).toHaveLength(12)
    expect(await summarize('by=month&from=2026-12-31&to=2027-01-30T23:00:00-02:00')).toEqual([
      ['2026-12-31', 1],
      ['2027-01-01', 3],
    ])
  })

  it('come as CSV, and only to their owner', async () => {
    await client().createPass({ title: 'Card' })
    const path = '/api/stats?format=csv&from=2027-01-30'
    const response = await at(0).fetch(path, { key })
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect((await response.text()).split('\r\n')).toEqual([
      'from,created,mailed,mailFailed,opened,downloaded,installedApple,installedGoogle,removed,voided',
      '2027-01-30,0,0,0,0,0,0,0,0,0',
      '2027-01-31,1,0,0,0,0,0,0,0,0',
      '',
    ])
    const other = await get('', await at(0).createKey())
    expect(other.body.now.living).toBe(0)
    expect(other.body.rows.at(-1)).toEqual({ ...nothing, from: '2027-01-31' })
  })

  it.each([
    ['from=2020-01-01', 'from', 'more than 400 rows'],
    ['from=2027-02-01&to=2027-01-01', 'from', 'must not be after 2027-01-01'],
    ['from=31.01.2027', 'from', 'must be a day such as'],
    ['to=2027-02-30', 'to', 'must be a day such as'],
    ['by=year', 'by', 'day'],
    ['template=none', 'template', 'none'],
    ['since=2027-01-01', 'since', ''],
  ])('refuse %s with what to write instead', async (query, path, message) => {
    const { status, body } = await get(query)
    expect(status).toBe(400)
    expect(body.issues).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('take 400 rows, no more', async () => {
    expect((await get('to=2027-01-31&from=2025-12-28')).body.rows).toHaveLength(400)
    expect((await get('to=2027-01-31&from=2025-12-27')).status).toBe(400)
  })

  it('stay when the events are gone', async () => {
    await client().createPass({ title: 'Card' })
    await at(0).ctx.db.deleteFrom('event').execute()
    expect((await client().getStats()).rows.at(-1)).toMatchObject({ created: 1 })
  })
})
