import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { developmentRoot } from '../support/development-root.ts'
import { problemIn } from '../support/error-response.ts'
import { tinyPng } from '../support/png.ts'
import { startTestService, type TestService } from '../support/test-service.ts'
import { judgePass } from '../support/verify-pass.ts'

const DAY = 24 * 60 * 60 * 1000
const logoURL = `data:image/png;base64,${tinyPng().toString('base64')}`

interface Told {
  serialNumber: string
  lastUpdated: string
  notifiedDevices: number
  unchanged: boolean
  voided?: boolean
  deleted?: boolean
  alreadyDeleted?: boolean
}

describe.each(databases)('changing a pass on $name', ({ url: newUrl }) => {
  let service: TestService
  let key: string
  let later = 0

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'club@example.com' },
      change: () => ({ now: () => new Date(Date.now() + later) }),
    })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    later = 0
    key = await service.createKey()
  })

  const make = async (body: object = {}) =>
    (await service.client(key).createPass({ title: 'Club', ...body })).serialNumber
  const call = (method: string, path: string, json?: unknown, headers = {}) =>
    service.fetch(`/api/passes/${path}`, {
      key,
      method,
      headers,
      ...(json === undefined ? {} : { json }),
    })
  const ask = async (...given: Parameters<typeof call>) => {
    const answer = await call(...given)
    expect(answer.status).toBe(200)
    return (await answer.json()) as Told
  }
  const refusal = async (...given: Parameters<typeof call>) => problemIn(await call(...given))
  const eventTypes = async () =>
    (await service.client(key).listEvents({ limit: 100 })).events.map(({ type }) => type)
  const passJson = async (serial: string) => {
    const answer = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    const root = await developmentRoot(service.ctx.config.certificatesDir)
    const options = { root, programs: false, at: service.ctx.now() }
    const { passJson } = await judgePass(new Uint8Array(await answer.arrayBuffer()), options)
    return passJson as Record<string, unknown> & { generic: Record<string, { key: string }[]> }
  }
  const etag = async (serial: string) => (await call('GET', serial)).headers.get('etag') ?? ''

  it.each(['passes', 'pkpass'])(
    'by PUT under /api/%s makes it say the new body and nothing else',
    async (room) => {
      const serial = await make({
        label: 'Member',
        value: 'Ada',
        metadata: { a: 'b' },
        externalId: `x-${room}`,
      })
      const body = { title: 'New', barcodeValue: '7', barcodeFormat: 'QR' }
      const answer = await service.fetch(`/api/${room}/${serial}`, {
        key,
        method: 'PUT',
        json: body,
      })
      const told = (await answer.json()) as Told
      expect(told).toEqual({
        serialNumber: serial,
        lastUpdated: expect.any(String),
        notifiedDevices: 0,
        unchanged: false,
      })
      const pass = await service.client(key).getPass(serial)
      expect(pass).toMatchObject({
        lastUpdated: told.lastUpdated,
        metadata: {},
        externalId: `x-${room}`,
      })
      const json = await passJson(serial)
      expect(json.logoText).toBe('New')
      expect(json.generic.secondaryFields).toBeUndefined()
      expect(await eventTypes()).toEqual(['pass.created', 'pass.updated'])
    },
  )

  it('by PATCH changes what is named, removes what is null, and leaves the rest', async () => {
    const serial = await make({
      label: 'Points',
      value: '10',
      colorPreset: 'blue',
      metadata: { a: '1', b: '2' },
      logoURL,
    })
    const before = await passJson(serial)
    const told = await ask('PATCH', serial, {
      value: '20',
      colorPreset: null,
      metadata: { b: null, c: '3' },
    })
    expect(told.unchanged).toBe(false)
    const after = await passJson(serial)
    expect(after.generic.secondaryFields).toEqual([
      { ...before.generic.secondaryFields?.[0], value: '20' },
    ])
    expect(after.backgroundColor).not.toBe(before.backgroundColor)
    expect((await service.client(key).getPass(serial)).metadata).toEqual({ a: '1', c: '3' })
    const logos = async () =>
      (
        await service.ctx.db
          .selectFrom('pass')
          .select('images')
          .where('serial_number', '=', serial)
          .executeTakeFirstOrThrow()
      ).images
    expect(await logos()).toContain('logo')
    await ask('PATCH', serial, { logoURL: null })
    expect(await logos()).not.toContain('logo')
  })

  it('to what it says already changes nothing, whatever the order of keys', async () => {
    const serial = await make({
      label: 'Member',
      value: 'Ada',
      expirationDays: 30,
      metadata: { a: '1', b: '2' },
    })
    const tag = await etag(serial)
    later = DAY
    const whole = {
      expirationDays: 30,
      metadata: { b: '2', a: '1' },
      value: 'Ada',
      label: 'Member',
      title: 'Club',
    }
    expect((await ask('PUT', serial, whole)).unchanged).toBe(true)
    for (const patch of [
      {},
      { value: 'Ada' },
      { color: null },
      { metadata: { a: '1' } },
      { expirationDays: 30 },
    ]) {
      expect((await ask('PATCH', serial, patch)).unchanged).toBe(true)
    }
    expect(await etag(serial)).toBe(tag)
    expect(await eventTypes()).toEqual(['pass.created'])
  })

  it('leaves the day of its expiry alone, unless that is what is changed', async () => {
    const serial = await make({ expirationDays: 30 })
    const { expirationDate } = await passJson(serial)
    later = 5 * DAY
    await ask('PATCH', serial, { title: 'New' })
    expect((await passJson(serial)).expirationDate).toBe(expirationDate)
    await ask('PATCH', serial, { expirationDate: '2031-01-01T00:00:00Z' })
    expect((await passJson(serial)).expirationDate).toBe('2031-01-01T00:00:00Z')
    await ask('PATCH', serial, { expirationDays: 10 })
    const days = (Date.parse(String((await passJson(serial)).expirationDate)) - Date.now()) / DAY
    expect(Math.round(days)).toBe(15)
    await ask('PATCH', serial, { expirationDays: null })
    expect(await passJson(serial)).not.toHaveProperty('expirationDate')
    await ask('PATCH', serial, { expirationDate: '2031-01-01T00:00:00Z' })
    // Days that it has not cannot be taken away.
    expect((await ask('PATCH', serial, { expirationDays: null })).unchanged).toBe(true)
    expect((await passJson(serial)).expirationDate).toBe('2031-01-01T00:00:00Z')
    await ask('PATCH', serial, { expirationDate: null })
    expect(await passJson(serial)).not.toHaveProperty('expirationDate')
  })

  it('with the same days to live begins them anew only once it has run out', async () => {
    const body = { title: 'Club', expirationDays: 30 }
    const serial = await make(body)
    const ends = async () => Date.parse(String((await passJson(serial)).expirationDate))
    const first = await ends()
    later = 29 * DAY
    expect((await ask('PUT', serial, body)).unchanged).toBe(true)
    expect(await ends()).toBe(first)
    later = 31 * DAY
    expect((await ask('PATCH', serial, { title: 'Club' })).unchanged).toBe(true)
    expect((await ask('PUT', serial, body)).unchanged).toBe(false)
    expect(Math.round(((await ends()) - first) / DAY)).toBe(31)
  })

  it('lets a key of the free plan take away what only other plans have', async () => {
    key = await service.createKey('free')
    const serial = await make()
    const away = { color: null, logoURL: null, locations: null }
    expect((await ask('PATCH', serial, away)).unchanged).toBe(true)
    expect(await refusal('PATCH', serial, { color: '#123456' })).toMatchObject({ status: 400 })
  })

  it('that was deleted is refused as that, whatever state the caller has seen', async () => {
    const serial = await make()
    const seen = { 'if-match': await etag(serial) }
    await ask('DELETE', serial, undefined, seen)
    for (const [method, path] of [
      ['PATCH', serial],
      ['PUT', serial],
      ['POST', `${serial}/void`],
    ] as const) {
      const body = method === 'POST' ? undefined : { title: 'New' }
      expect(await refusal(method, path, body, seen)).toMatchObject({
        status: 409,
        code: 'pass_deleted',
      })
    }
    expect(await ask('DELETE', serial, undefined, seen)).toMatchObject({ alreadyDeleted: true })
  })

  it('keeps the keys of fields whose labels stay, so that phones notice what changed', async () => {
    const fields = (points: number) => [
      { label: 'Points', value: points },
      { label: 'Level', value: 'Gold' },
    ]
    const serial = await make({ secondaryFields: fields(1) })
    const keys = async () =>
      (await passJson(serial)).generic.secondaryFields?.map((field) => field.key)
    const before = await keys()
    await ask('PATCH', serial, { secondaryFields: [...fields(2), { label: 'New', value: 'x' }] })
    expect((await keys())?.slice(0, 2)).toEqual(before)
  })

  it('is refused with a stale If-Match, and allowed with the current one', async () => {
    const serial = await make({ externalId: 'seen' })
    const first = await etag(serial)
    const answer = await call('PATCH', serial, { title: 'B' }, { 'if-match': first })
    expect(answer.headers.get('etag')).toBe(await etag(serial))
    for (const [method, path, body] of [
      ['PATCH', serial, { title: 'C' }],
      ['PUT', serial, { title: 'C' }],
      ['POST', `${serial}/void`, undefined],
      ['DELETE', serial, undefined],
    ] as const) {
      const problem = await refusal(method, path, body, { 'if-match': first })
      expect(problem).toMatchObject({ status: 412, code: 'precondition_failed' })
    }
    const upsert = async (externalId: string, ifMatch: string) => {
      const json = { title: 'Upserted', externalId }
      const headers = { 'if-match': ifMatch }
      return (await service.fetch('/api/passes', { key, headers, json })).status
    }
    expect([await upsert('seen', first), await upsert('nobody', '*')]).toEqual([412, 412])
    expect(await upsert('seen', await etag(serial))).toBe(200)
    const current = await etag(serial)
    await ask('PATCH', serial, { title: 'D' }, { 'if-match': `"other", ${current}` })
    await ask('PATCH', serial, { title: 'E' }, { 'if-match': '*' })
    expect((await passJson(serial)).logoText).toBe('E')
  })

  it.each<[string, object, string]>([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a wrong type', { title: 7 }, 'title'],
    ['a title taken away', { title: null }, 'title'],
    ['a format without a code', { barcodeFormat: 'QR' }, 'barcodeValue'],
    ['a mail', { email: { to: 'ada@example.com' } }, 'email'],
    ['another externalId', { externalId: 'other' }, 'externalId'],
    ['another pass type', { passTypeIdentifier: 'pass.com.example.other' }, 'passTypeIdentifier'],
    ['a code too long', { barcodeValue: 'x'.repeat(3000), barcodeFormat: 'QR' }, 'barcodeValue'],
  ])('to %s is refused at its place, and nothing changes', async (_, patch, path) => {
    const serial = await make({ externalId: `id-${path}-${Math.random()}` })
    const tag = await etag(serial)
    const problem = await refusal('PATCH', serial, patch)
    expect(problem).toMatchObject({ status: 400, issues: [{ path }] })
    if (path !== 'title') {
      expect(await refusal('PUT', serial, { title: 'Club', ...patch })).toMatchObject({
        status: 400,
      })
    }
    expect(await etag(serial)).toBe(tag)
  })

  it('to what the plan does not have is refused, with what the pass has already left in peace', async () => {
    key = await service.createKey('free')
    const serial = await make()
    const problem = await refusal('PATCH', serial, { color: '#ffffff' })
    expect(problem).toMatchObject({ status: 400, issues: [{ path: 'color' }] })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'pro' })
      .where('name', '=', 'Test')
      .execute()
    await ask('PATCH', serial, { color: '#ffffff' })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'free' })
      .where('name', '=', 'Test')
      .execute()
    await ask('PATCH', serial, { title: 'Other' })
    await service.ctx.db
      .updateTable('api_key')
      .set({ plan: 'unlimited' })
      .where('name', '=', 'Test')
      .execute()
  })

  it('takes a merge patch under its own media type too, and no other', async () => {
    const serial = await make()
    const body = JSON.stringify({ title: 'Patched' })
    const patch = (type: string) => {
      const headers = { 'content-type': type }
      return service.fetch(`/api/passes/${serial}`, { key, method: 'PATCH', headers, body })
    }
    expect((await patch('application/merge-patch+json')).status).toBe(200)
    expect((await patch('application/json-patch+json')).status).toBe(415)
    const list = await service.fetch(`/api/passes/${serial}`, { key, method: 'PATCH', json: [1] })
    expect(list.status).toBe(400)
  })

  it('voids it and makes it valid again, each once, and the file and the page say so', async () => {
    const serial = await make({ barcodeValue: '1' })
    const { shareUrl, downloadUrl } = await service.client(key).getPass(serial)
    const told = await ask('POST', `${serial}/void`)
    expect(told).toMatchObject({
      serialNumber: serial,
      voided: true,
      notifiedDevices: 0,
      unchanged: false,
    })
    expect(await ask('POST', `${serial}/void`)).toMatchObject({
      voided: true,
      unchanged: true,
      lastUpdated: told.lastUpdated,
    })
    expect(await passJson(serial)).toMatchObject({ voided: true })
    expect((await service.fetch(new URL(downloadUrl).pathname)).status).toBe(200)
    const page = async () => (await service.fetch(new URL(shareUrl).pathname)).text()
    expect(await page()).toContain('No longer valid')
    // What it says may change while it is void, and does not make it valid.
    await ask('PATCH', serial, { title: 'Other' })
    expect(await passJson(serial)).toMatchObject({ voided: true, logoText: 'Other' })
    expect(await ask('POST', `${serial}/unvoid`)).toMatchObject({ voided: false, unchanged: false })
    expect(await ask('POST', `${serial}/unvoid`)).toMatchObject({ voided: false, unchanged: true })
    expect(await passJson(serial)).not.toHaveProperty('voided')
    expect(await page()).not.toContain('No longer valid')
    expect(await eventTypes()).toEqual([
      'pass.created',
      'pass.voided',
      'pass.downloaded',
      'pass.updated',
      'pass.unvoided',
    ])
  })

  it('deletes it for good: shown as void and expired, its own id free again, nothing left to change', async () => {
    const serial = await make({ externalId: 'member-1', expirationDays: 30 })
    const { shareUrl } = await service.client(key).getPass(serial)
    const told = await ask('DELETE', serial)
    expect(told).toEqual({
      serialNumber: serial,
      deleted: true,
      notifiedDevices: 0,
      lastUpdated: expect.any(String),
    })
    expect(await ask('DELETE', serial)).toEqual({ ...told, alreadyDeleted: true })
    expect(await service.client(key).getPass(serial)).toMatchObject({
      serialNumber: serial,
      externalId: 'member-1',
      voided: true,
      deletedAt: told.lastUpdated,
    })
    expect(await passJson(serial)).toMatchObject({ voided: true, expirationDate: told.lastUpdated })
    const page = await (await service.fetch(new URL(shareUrl).pathname)).text()
    expect(page).toContain('No longer there')
    expect(page).not.toContain('.pkpass')
    for (const [method, path, body] of [
      ['PUT', serial, { title: 'x' }],
      ['PATCH', serial, { title: 'x' }],
      ['POST', `${serial}/void`, undefined],
      ['POST', `${serial}/unvoid`, undefined],
      ['POST', `${serial}/email`, { to: 'ada@example.com' }],
    ] as const) {
      expect(await refusal(method, path, body)).toMatchObject({ status: 409, code: 'pass_deleted' })
    }
    const anew = await make({ externalId: 'member-1' })
    expect(anew).not.toBe(serial)
    expect(await eventTypes()).toEqual(['pass.created', 'pass.deleted', 'pass.created'])
  })

  it('is not for another key, whatever the body', async () => {
    const serial = await make()
    key = await service.createKey()
    for (const [method, path, body] of [
      ['PUT', serial, { nonsense: 1 }],
      ['PATCH', serial, [1]],
      ['POST', `${serial}/void`, undefined],
      ['POST', `${serial}/unvoid`, undefined],
      ['DELETE', serial, undefined],
    ] as const) {
      expect(await refusal(method, path, body)).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  it('costs nothing of the month, and works when it is used up', async () => {
    key = await service.createKey('free')
    const serial = await make()
    await service.ctx.db.updateTable('quota').set({ used: 1000 }).execute()
    await ask('PATCH', serial, { title: 'B' })
    await ask('POST', `${serial}/void`)
    await ask('DELETE', serial)
    expect((await service.client(key).getUsage()).count).toBe(1000)
  })

  it('tells of a download once a day, and of none by its maker', async () => {
    const serial = await make()
    const { downloadUrl } = await service.client(key).getPass(serial)
    const download = (method = 'GET') => service.fetch(new URL(downloadUrl).pathname, { method })
    await call('GET', `${serial}?format=pkpass`)
    await download('HEAD')
    expect(await eventTypes()).toEqual(['pass.created'])
    await Promise.all(Array.from({ length: 8 }, () => download()))
    expect(await eventTypes()).toEqual(['pass.created', 'pass.downloaded'])
    later = DAY
    await download()
    expect(await eventTypes()).toEqual(['pass.created', 'pass.downloaded', 'pass.downloaded'])
  })

  it('goes forward in time, also when the clock goes back', async () => {
    const serial = await make()
    const { lastUpdated } = await ask('PATCH', serial, { title: 'B' })
    later = -DAY
    const next = await ask('PATCH', serial, { title: 'C' })
    expect(Date.parse(next.lastUpdated)).toBe(Date.parse(lastUpdated) + 1)
  })

  it('with an Idempotency-Key voids once', async () => {
    const serial = await make()
    const once = { 'idempotency-key': 'void' }
    const first = await ask('POST', `${serial}/void`, undefined, once)
    await ask('POST', `${serial}/unvoid`)
    expect(await ask('POST', `${serial}/void`, undefined, once)).toEqual(first)
    expect((await service.client(key).getPass(serial)).voided).toBe(false)
  })
})
