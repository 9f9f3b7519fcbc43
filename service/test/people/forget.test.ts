import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import type { Context } from '../../src/context.ts'
import { watchRetention } from '../../src/people/retention.ts'
import { databases } from '../support/databases/databases.ts'
import { tryCommand } from '../support/environment/service-process.ts'
import { createTestClock } from '../support/environment/test-clock.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import { createFakeMailer } from '../support/mail/fake-mailer.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { createFakePost } from '../support/webhooks/fake-post.ts'

const DAY_MS = 24 * 60 * 60 * 1000

describe.each(databases)('a person on $name', ({ createDatabase }) => {
  const start = async (overrides: Partial<Context> = {}, settings: Record<string, string> = {}) => {
    const databaseUrl = await createDatabase()
    const mailer = createFakeMailer()
    const network = createFakePost()
    const service = await startTestService({
      databaseUrl,
      env: {
        PUBLIC_URL: 'https://passes.example.com',
        SMTP_URL: 'smtp://127.0.0.1:9',
        MAIL_FROM: 'club@example.com',
        ...settings,
      },
      overrides: () => ({
        mailer,
        post: network.post,
        checkEndpointUrl: async () => undefined,
        ...overrides,
      }),
    })
    onTestFinished(() => service.stop())
    const key = await service.createKey()
    const client = service.client(key)
    const people = (method: string, query: string, secret = key) =>
      service.fetch(`/api/people?${query}`, { method, key: secret })
    const waitForJobs = () =>
      waitFor(
        () =>
          service.ctx.db
            .selectFrom('job')
            .select(['kind', 'state'])
            .where('state', '=', 'waiting')
            // The development certificate does not push.
            .where('kind', '!=', 'push')
            .execute(),
        (jobs) => jobs.length === 0,
      )
    return { databaseUrl, service, mailer, network, key, client, people, waitForJobs }
  }

  it('is found nowhere once forgotten: not in the database, not in its files, not in the log', async () => {
    const { databaseUrl, service, mailer, network, client, people, waitForJobs } = await start()
    network.respondAlways('https://one.example/hook', {
      outcome: 'responded',
      response: { status: 200, retryAfter: undefined, text: 'thanks, Zelda.Quux@Example.com' },
    })
    await client.createWebhook({ url: 'https://one.example/hook' })
    mailer.results.push({
      result: 'failed',
      reason: '550 5.1.1 <zelda.quux@example.com> is unknown',
    })
    const body = {
      title: 'zqxmark-title',
      logoText: 'zqxmark-logo',
      organizationName: 'zqxmark-organization',
      value: 'zqxmark-value',
      barcodeValue: 'zqxmark-barcode',
      barcodeFormat: 'QR',
      externalId: 'zqxmark-external',
      metadata: { 'zqxmark-name': 'zqxmark-metadata' },
      secondaryFields: [{ key: 'stamps', label: 'zqxmark-label', value: 3 }],
      backFields: [{ value: 'zqxmark-back' }],
      userInfo: { note: 'zqxmark-info' },
      localizations: { de: { 'zqxmark-label': 'zqxmark-german' } },
      email: { to: 'Zelda.Quux@example.com', name: 'zqxmark-name', subject: 'zqxmark-subject' },
    }
    const { serialNumber } = await client.createPass(body, 'zqxmark-idempotency')
    await client.sendMessage(serialNumber, 'zqxmark-message', 'zqxmark-again')
    await client.adjustPass(serialNumber, {
      field: 'stamps',
      by: 1,
      reference: 'zqxmark-reference',
    })
    const phone = createIphone({ serviceUrl: service.url })
    expect(await phone.add(await client.getPassFile(serialNumber))).toBe(201)
    await phone.update()
    await waitForJobs()
    expect(await dump(service, databaseUrl)).toMatch(/zqxmark-.*zelda\.quux/s)

    network.respondAlways('https://one.example/hook', 200)

    const response = await people('DELETE', 'email=zelda.quux@EXAMPLE.com')
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        passes: 1,
        emails: 1,
        deliveries: expect.any(Number),
        wallets: { apple: 1, google: 0 },
        pending: 0,
      },
    ])
    expect(await dump(service, databaseUrl)).not.toMatch(/zqxmark|zelda/i)
    await waitForJobs()
    expect(await dump(service, databaseUrl)).not.toMatch(/zqxmark|zelda/i)
    expect(service.logs.join('\n')).not.toMatch(/zqxmark|zelda/i)

    expect(await phone.update()).toEqual([serialNumber])
    const passJson = phone.wallet.get(serialNumber)?.passJson
    expect(passJson).toMatchObject({ voided: true, serialNumber })
    expect(JSON.stringify(passJson)).not.toMatch(/zqxmark|zelda/i)
    expect(await client.getPass(serialNumber)).toMatchObject({
      title: '',
      externalId: null,
      barcodeValue: null,
      metadata: {},
      voided: true,
      deletedAt: expect.any(String),
    })
    const told = network.sent.at(-1)?.body ?? ''
    expect(JSON.parse(told)).toMatchObject({
      type: 'pass.deleted',
      data: { serialNumber, title: '' },
    })
    expect((await people('DELETE', 'email=zelda.quux@example.com')).status).toBe(404)
    expect((await people('GET', 'email=zelda.quux@example.com')).status).toBe(404)
  })

  it('is found by mails, metadata, own ids, barcodes and fields, and nobody else is', async () => {
    const { client, people, service, key } = await start()
    const address = 'grace.hopper@example.com'
    const hers = await Promise.all(
      [
        { email: { to: 'Grace.Hopper@EXAMPLE.com' } },
        { metadata: { mail: 'Grace.Hopper@example.com' } },
        { externalId: address },
        { barcodeValue: 'GRACE.HOPPER@example.com', barcodeFormat: 'QR' },
        { value: ` ${address} ` },
        { backFields: [{ value: address }] },
      ].map((body) => client.createPass({ title: 'Hers', ...body })),
    )
    const others = await Promise.all(
      [
        { email: { to: 'hopper@example.com' } },
        { metadata: { mail: 'race.hopper@example.com' } },
        { value: 'grace hopper example com' },
        { backFields: [{ value: `Questions? ${address}` }] },
        { barcodeValue: 'grace_hopper@example.com', barcodeFormat: 'QR' },
      ].map((body) => client.createPass({ title: 'Other', ...body })),
    )
    const stranger = await service.createKey()
    await service.client(stranger).createPass({ title: 'Foreign', email: { to: address } })
    const exported = await client.exportPerson(address)
    const serials = (passes: { serialNumber: string }[]) =>
      passes.map(({ serialNumber }) => serialNumber).toSorted()
    expect(serials(exported.passes)).toEqual(serials(hers))
    expect(exported).toMatchObject({ email: address, nextCursor: null })
    expect(exported.emails).toMatchObject([{ to: 'Grace.Hopper@EXAMPLE.com' }])

    expect(await client.forgetPerson(address)).toMatchObject({ passes: 6, emails: 1, pending: 0 })
    for (const { serialNumber } of others)
      expect((await client.getPass(serialNumber)).voided).toBe(false)
    expect((await people('GET', `email=${address}`, stranger)).status).toBe(200)
    expect((await people('DELETE', `email=${address}`, key)).status).toBe(404)
  })

  it('with many passes is forgotten by jobs too, and the answer tells how much is pending', async () => {
    const { client, people, service, databaseUrl, key } = await start()
    const first = await client.createPass({ title: 'First', metadata: { mail: 'ada@example.com' } })
    await copyPass(service, first.serialNumber, 349)
    const response = await people('DELETE', 'email=ada@example.com')
    expect(await response.json()).toMatchObject({ passes: 350, pending: 150 })
    await waitFor(
      () => people('GET', 'email=ada@example.com'),
      ({ status }) => status === 404,
    )
    const { passes } = await client.listPasses({ limit: 100, deleted: false })
    expect(passes).toEqual([])
    await expect
      .poll(() => service.ctx.db.selectFrom('job').select('payload').execute())
      .toEqual([])
    expect(await dump(service, databaseUrl)).not.toContain('ada@example.com')
    expect(key).toBeDefined()
  })

  it('is forgotten by the command for all owners, with the request for an API key', async () => {
    const { client, service, databaseUrl, waitForJobs } = await start({}, { SIGNUP: 'open' })
    const stranger = await service.createKey('pro', 'Ada@example.com')
    const email = { to: 'ada@example.com' }
    await client.createPass({ title: 'One', email })
    await service.client(stranger).createPass({ title: 'Two', email })
    await service.fetch('/api/keys/request', { json: { email: 'ada@example.com' } })
    await waitForJobs()
    expect(await dump(service, databaseUrl)).toContain('ada@example.com')

    const env = { DATA_DIR: inject('folder'), DATABASE_URL: databaseUrl }
    const forget = () => tryCommand(env, 'forget', '--email', 'Ada@EXAMPLE.com', '--json')
    const { exitCode, stdout } = await forget()
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      {
        passes: 2,
        emails: 2,
        deliveries: 0,
        wallets: { apple: 0, google: 0 },
        pending: 0,
        keys: [expect.stringMatching(/^key_/), expect.stringMatching(/^key_/)],
      },
    ])
    expect(await dump(service, databaseUrl)).not.toMatch(/ada@example/i)
    expect((await service.client(stranger).getUsage()).name).toBe('Forgotten')
    expect(JSON.parse((await forget()).stdout)).toMatchObject({ passes: 0, keys: [] })
  })

  it('is forgotten by itself so many days after expiry or deletion, and not before', async () => {
    const clock = createTestClock()
    const { client, service } = await start({ now: clock.now }, { RETENTION_DAYS: '10' })
    const inDays = (days: number) => new Date(clock.now().getTime() + days * DAY_MS).toISOString()
    const create = (title: string, days?: number) =>
      client.createPass({ title, ...(days !== undefined && { expirationDate: inDays(days) }) })
    const [expired, later, never, deleted] = await Promise.all([
      create('Expired', 1),
      create('Later', 3),
      create('Never'),
      create('Deleted', 300),
    ])
    await client.deletePass(deleted.serialNumber)
    clock.advance(11.5 * DAY_MS)
    const retention = watchRetention(service.ctx)
    onTestFinished(() => retention.stop(5_000))
    const title = async ({ serialNumber }: { serialNumber: string }) =>
      (await client.getPass(serialNumber)).title
    await expect.poll(() => title(expired)).toBe('')
    await expect.poll(() => title(deleted)).toBe('')
    expect([await title(later), await title(never)]).toEqual(['Later', 'Never'])
  })

  it('is exported with passes, emails, events and deliveries, page by page', async () => {
    const { client, waitForJobs, people } = await start()
    await client.createWebhook({ url: 'https://one.example/hook' })
    for (let number = 0; number < 33; number += 1) {
      await client.createPass({
        title: `Pass ${number}`,
        ...(number === 0 && { email: { to: 'ada@example.com', name: 'Ada', message: 'Hello' } }),
        ...(number < 17 ? { metadata: { mail: 'ada@example.com' } } : { value: 'ada@example.com' }),
      })
    }
    await waitForJobs()
    const first = await client.exportPerson('ada@example.com')
    const second = await client.exportPerson('ada@example.com', first.nextCursor ?? '')
    expect([first.passes.length, second.passes.length, second.nextCursor]).toEqual([20, 13, null])
    const pages = [first, second]
    const passes = pages.flatMap((page) => page.passes)
    expect(new Set(passes.map(({ serialNumber }) => serialNumber)).size).toBe(33)
    expect(JSON.stringify(passes.map(({ pass }) => pass)).match(/ada@example\.com/g)).toHaveLength(
      33,
    )
    expect(pages.flatMap((page) => page.emails)).toMatchObject([
      { to: 'ada@example.com', name: 'Ada', message: 'Hello', status: 'sent' },
    ])
    const events = pages.flatMap((page) => page.events)
    expect(events).toHaveLength(34)
    const deliveries = pages.flatMap((page) => page.deliveries)
    expect(deliveries.map(({ eventId }) => eventId).toSorted()).toEqual(
      events.map(({ id }) => id).toSorted(),
    )
    expect((await people('GET', 'email=ada@example.com&cursor=x')).status).toBe(400)
    expect((await people('GET', 'email=ada')).status).toBe(400)
    expect((await people('DELETE', '')).status).toBe(400)
  })
})

/** Stores so many passes like one, with its metadata: creating them one by one takes too long. */
async function copyPass({ ctx }: TestService, serialNumber: string, times: number): Promise<void> {
  const { db } = ctx
  const pass = await db.selectFrom('pass').selectAll().executeTakeFirstOrThrow()
  const metadata = await db.selectFrom('pass_metadata').selectAll().execute()
  for (let number = 0; number < times; number += 1) {
    const serial_number = randomUUID()
    const token = `${pass.token}${number}`
    await db
      .insertInto('pass')
      .values({ ...pass, serial_number, token })
      .execute()
    await db
      .insertInto('pass_metadata')
      .values(metadata.map((row) => ({ ...row, serial_number })))
      .execute()
  }
  expect(serialNumber).toBe(pass.serial_number)
}

/** Everything that the database holds, as text; of SQLite also the bytes of its files. */
async function dump({ ctx }: TestService, databaseUrl: string): Promise<string> {
  const tables = await ctx.db.introspection.getTables()
  const parts: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(
      ctx.db,
    )
    for (const value of rows.flatMap((row) => Object.values(row)))
      parts.push(
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
      )
  }
  if (databaseUrl.startsWith('sqlite:')) {
    const file = databaseUrl.slice('sqlite:'.length)
    for (const path of [file, `${file}-wal`])
      if (existsSync(path)) parts.push(readFileSync(path, 'latin1'))
  }
  return parts.join('\n')
}
